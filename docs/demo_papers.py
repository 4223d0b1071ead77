"""Papers for README's picture. All of them are invented, and so are their authors."""

from __future__ import annotations

TODAY = (
    (
        "Offline Reinforcement Learning for Plasma Control with Uncertain Dynamics",
        "Jing Fu, Li Bao, Kenji Ito, M. Sato",
        "cs.LG",
    ),
    (
        "Long Documents, Short Memory: Where Retrieval Still Beats a Million Tokens of Context",
        "Amara Okafor, Tom Reyes",
        "cs.CL",
    ),
    ("A Sharper Bound for Gradient Descent at the Edge of Stability", "Ilse Brandt", "math.OC"),
    (
        "Which Protein Did You Mean? Resolving Ambiguous Names in Biomedical Text",
        "Noor Haddad, P. Lindqvist, S. Ueda",
        "cs.CL",
    ),
    ("Channel-wise Vector Quantization", "Min-ji Song, Kenji Ito", "cs.CV"),
    (
        "Estimating $\\Lambda$CDM Parameters from Sparse Weak-Lensing Maps with Score-Based Priors",
        'Clara M\\"uller, J. Ortega',
        "astro-ph.CO",
    ),
    (
        "Do Language Models Know When a Proof Is Finished? Evidence from 40,000 Lean Files",
        "Piotr Nowak, Ada Brooks",
        "cs.AI",
    ),
    (
        "Equivariant Flows on $\\mathbb{R}^3$: Parallel Sampling without a Teacher",
        "Wei Xiong, R. Patel, H. Kim, D. Rossi",
        "cs.LG",
    ),
    ("Rain or Shine: A Year of Robot Deliveries on an Icy Campus", "Eva Saarinen, Jonas Falk", "cs.RO"),
    ("Federated Learning When Half of the Hospitals Are Asleep", "Grace Adeyemi, M. Costa, L. Weber", "cs.LG"),
    ("The Cost of Forgetting: Unlearning Benchmarks Measure the Wrong Thing", "Sofia Marin, T. Reyes", "cs.LG"),
    ("Bootstrapping Multimodal Agents from Unlabelled Video", "Lan Xiong, D. Roy, S. Park, Q. Zhou", "cs.AI"),
    ("Spectral Gaps of Random Lifts", "Ruben de Vries", "math.CO"),
    ("Can You Hear the Shape of a Room? Self-Supervised Acoustic Maps", "Yuki Tanaka, B. Osei", "eess.AS"),
    ("A Corpus of Apologies: Politeness in Code Review, 2008 to 2025", "Helen Grant, Ivo Petrov", "cs.SE"),
    ("Catching Cosmic Rays with a Fleet of Phones", "Mateo Vargas, A. Singh, K. Holm", "astro-ph.IM"),
    ("Tabular Foundation Models Are Nearest-Neighbour Machines in Disguise", "Omar Farouk, J. Lee", "stat.ML"),
    ("Conformal Prediction under Feedback Loops", "Ingrid Moe, P. Nowak", "stat.ML"),
    ("Thirty Years of Word Sense Disambiguation: What Was Solved, and What Was Dropped", "Miriam Katz", "cs.CL"),
    ("Learning to Land: Curriculum Design for Gliding Drones", "Jing Fu, E. Saarinen", "cs.RO"),
    ("Small Models, Big Tables: Schema Linking without Fine-Tuning", "Dev Anand, L. Bao", "cs.DB"),
    ("An Optimal Mechanism for Reviewer Assignment with Conflicts", "Carla Mendes, O. Farouk", "cs.GT"),
)
EARLIER = (
    ("Attention Sinks Are Bias Terms", "Hana Kobayashi, A. Brooks", "cs.LG"),
    ("Segmenting Glaciers from Forty Years of Satellite Images", "Nils Berg, Y. Tanaka", "cs.CV"),
    ("Is Your Benchmark Contaminated? A Test That Needs No Training Data", "Tom Reyes, N. Haddad", "cs.CL"),
    ("Control of Tokamak Plasmas by Differentiable Simulation", "Kenji Ito, J. Fu", "physics.plasm-ph"),
    ("Monotone Neural Networks Are Universal, Slowly", "Ilse Brandt, R. de Vries", "cs.LG"),
    ("Grammar-Constrained Decoding Costs Less Than You Think", "Dev Anand, S. Marin", "cs.CL"),
)
ABSTRACTS = {
    0: (
        "We study how far a controller for tokamak plasmas can be trained from recorded shots alone. Dynamics are "
        "uncertain, and mistakes are expensive: a policy that leaves the data may end the discharge. We fit an "
        "ensemble of simulators to 4,200 shots, penalise a policy where they disagree, and choose among policies "
        "with a test that needs no further experiments. On held-out shots the policy holds the shape of the "
        "plasma within 1.3 cm, where the controller in use needs 1.9 cm. We release the ensemble, and a list of "
        "what did not work."
    ),
    1: (
        "Models now read a million tokens at once. Is retrieval still worth the trouble? On twelve collections of "
        "contracts, minutes and theses, we find that it is, for questions whose answer is spread over many "
        "places, and that it is not for those with one answer in one place. The difference grows with the length "
        "of the document. A simple rule tells the two kinds apart."
    ),
    2: (
        "Gradient descent with a large step leaves the region in which theory holds, and yet it works. We show "
        "that for losses with a Lipschitz Hessian the time spent beyond the edge of stability is bounded, and "
        "that the bound is tight up to a constant."
    ),
    3: (
        "Names of proteins are short and ambiguous. We resolve them with the sentences around them, and with what "
        "the same laboratory published before, and halve the errors of the best dictionary."
    ),
}
ABSTRACT = "We describe the method, compare it with four others on public data, and say where it fails."
