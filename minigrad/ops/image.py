"""Operations on images, under the names of ``keras.ops.image``.

Before:  ops/affine.py.  Next: ops/methods.py.
Source:  ``keras.ops.image``.
"""

from minigrad.autodiff.operation import recordable
from minigrad.ops import affine

affine_transform = recordable(affine.affine_transform)

__all__ = ["affine_transform"]
