"""Operations on images, under the names of ``keras.ops.image``.

Before:  ops/affine.py, ops/resizing.py, ops/patches.py, ops/recording.py.  Next: ops/nn.py.
Source:  ``keras.ops.image``.
"""

from minigrad.autodiff.operation import recordable
from minigrad.ops import affine, patches, resizing

affine_transform = recordable(affine.affine_transform)
crop_images = recordable(resizing.crop_images)
extract_patches = recordable(patches.extract_patches)
pad_images = recordable(resizing.pad_images)
resize = recordable(resizing.resize)
rgb_to_grayscale = recordable(resizing.rgb_to_grayscale)

__all__ = ["affine_transform", "crop_images", "extract_patches", "pad_images", "resize", "rgb_to_grayscale"]
