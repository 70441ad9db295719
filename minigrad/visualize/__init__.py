"""Pictures of training, of models and of what they compute; they need matplotlib: ``minigrad[plot]``.

Each function returns a `matplotlib.figure.Figure`, which a notebook shows and ``figure.savefig("name.png")``
writes; no window is opened. `sliding_window` returns an animation, and `model_diagram` a drawing that needs
no matplotlib; both have ``save(path)``.
"""

from minigrad.visualize.attribution import grad_cam, grad_cam_map, saliency, saliency_map
from minigrad.visualize.feature_maps import feature_maps
from minigrad.visualize.histograms import gradient_histograms, weight_histograms
from minigrad.visualize.kernels import kernels
from minigrad.visualize.learning_curves import learning_curves
from minigrad.visualize.mistakes import confusion_matrix, worst_mistakes
from minigrad.visualize.padding import padding
from minigrad.visualize.plot_model import model_diagram, model_to_dot, plot_model
from minigrad.visualize.sliding_window import sliding_window

__all__ = [
    "confusion_matrix",
    "feature_maps",
    "grad_cam",
    "grad_cam_map",
    "gradient_histograms",
    "kernels",
    "learning_curves",
    "model_diagram",
    "model_to_dot",
    "padding",
    "plot_model",
    "saliency",
    "saliency_map",
    "sliding_window",
    "weight_histograms",
    "worst_mistakes",
]
