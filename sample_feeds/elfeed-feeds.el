;;; init.el --- settings of Emacs, with the feeds of elfeed  -*- lexical-binding: t -*-

(setq inhibit-startup-screen t
      fill-column 80)          ; "https://example.org/no-feed" is no feed

;; (setq elfeed-feeds '("https://example.org/commented-out.xml"))

(use-package elfeed
  :ensure t
  :bind ("C-x w" . elfeed)
  :custom
  (elfeed-search-filter "@1-week-ago +unread")
  (elfeed-feeds
   '("https://rss.arxiv.org/rss/astro-ph.EP+astro-ph.IM"
     ;; journals
     ("https://journals.example.org/tides/feed.xml" sea weekly)
     ("https://journals.example.org/moons/atom.xml?part=\"new\"" planets) ; quotes in an address
     ;; ("https://journals.example.org/old.xml" planets)
     ("ftp://archive.example.org/feed.xml" old)
     "https://blog.example.net/telescopes/index.xml"))
  :config
  (add-hook 'elfeed-new-entry-hook
            (elfeed-make-tagger :feed-url "example\\.org" :add '(journal))))

(when (string= (system-name) "office")
  (add-to-list 'elfeed-feeds '("https://news.example.com/space.rss" news))
  (push (concat "https://example.com/" user-login-name "/feed") elfeed-feeds))

(defun my-elfeed-count ()
  "How many feeds there are."
  (message "%d feeds (%c)" (length elfeed-feeds) ?\())

;;; init.el ends here
