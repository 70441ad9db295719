"""The single layers: name, words, shape of the inputs, minigrad's layer, PyTorch's module.

Shapes:  inputs (N, H, W, C), (N, L, C) or (N, C)
Before:  nothing.  Next: layers.py (what is done with them).
"""

CONVOLUTIONS = [
    (
        "conv-3x3",
        "convolution 3x3, 64 filters",
        (32, 14, 14, 64),
        lambda layers: layers.Conv2D(64, 3, padding="same"),
        lambda nn: nn.Conv2d(64, 64, 3, padding=1),
    ),
    (
        "conv-3x3-color",
        "convolution 3x3, 32 filters",
        (32, 32, 32, 3),
        lambda layers: layers.Conv2D(32, 3, padding="same"),
        lambda nn: nn.Conv2d(3, 32, 3, padding=1),
    ),
    (
        "conv-5x5-gray",
        "convolution 5x5, 32 filters",
        (100, 28, 28, 1),
        lambda layers: layers.Conv2D(32, 5, padding="same"),
        lambda nn: nn.Conv2d(1, 32, 5, padding=2),
    ),
    (
        "conv-5x5-stride",
        "convolution 5x5, stride 2, 32 filters",
        (64, 32, 32, 3),
        lambda layers: layers.Conv2D(32, 5, strides=2),
        lambda nn: nn.Conv2d(3, 32, 5, stride=2),
    ),
    (
        "conv-1x1",
        "convolution 1x1, 128 filters",
        (32, 28, 28, 64),
        lambda layers: layers.Conv2D(128, 1),
        lambda nn: nn.Conv2d(64, 128, 1),
    ),
    (
        "conv-7x7",
        "convolution 7x7, stride 2, 64 filters",
        (16, 64, 64, 3),
        lambda layers: layers.Conv2D(64, 7, strides=2),
        lambda nn: nn.Conv2d(3, 64, 7, stride=2),
    ),
    (
        "conv-11x11",
        "convolution 11x11, 32 filters",
        (16, 28, 28, 16),
        lambda layers: layers.Conv2D(32, 11, padding="same"),
        lambda nn: nn.Conv2d(16, 32, 11, padding=5),
    ),
    (
        "conv-dilated",
        "convolution 3x3, dilation 2, 64 filters",
        (32, 14, 14, 64),
        lambda layers: layers.Conv2D(64, 3, padding="same", dilation_rate=2),
        lambda nn: nn.Conv2d(64, 64, 3, padding=2, dilation=2),
    ),
    (
        "conv-groups",
        "convolution 3x3, 4 groups, 64 filters",
        (32, 14, 14, 64),
        lambda layers: layers.Conv2D(64, 3, padding="same", groups=4),
        lambda nn: nn.Conv2d(64, 64, 3, padding=1, groups=4),
    ),
    (
        "conv-depthwise",
        "depthwise convolution 3x3",
        (32, 28, 28, 64),
        lambda layers: layers.DepthwiseConv2D(3, padding="same"),
        lambda nn: nn.Conv2d(64, 64, 3, padding=1, groups=64),
    ),
    (
        "conv-depthwise-7x7",
        "depthwise convolution 7x7",
        (32, 14, 14, 64),
        lambda layers: layers.DepthwiseConv2D(7, padding="same"),
        lambda nn: nn.Conv2d(64, 64, 7, padding=3, groups=64),
    ),
    (
        "conv-separable",
        "separable convolution 3x3, 64 filters",
        (32, 14, 14, 64),
        lambda layers: layers.SeparableConv2D(64, 3, padding="same"),
        lambda nn: nn.Sequential(
            nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False), nn.Conv2d(64, 64, 1)
        ),
    ),
    (
        "conv-transpose",
        "transposed convolution 4x4, stride 2, 32 filters",
        (32, 14, 14, 64),
        lambda layers: layers.Conv2DTranspose(32, 4, strides=2, padding="same"),
        lambda nn: nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1),
    ),
    (
        "conv-1d",
        "1-D convolution 5, 64 filters",
        (32, 256, 64),
        lambda layers: layers.Conv1D(64, 5, padding="same"),
        lambda nn: nn.Conv1d(64, 64, 5, padding=2),
    ),
]
POOLING_AND_RESIZING = [
    (
        "max-pool",
        "max pooling 2x2",
        (32, 28, 28, 64),
        lambda layers: layers.MaxPooling2D(),
        lambda nn: nn.MaxPool2d(2),
    ),
    (
        "max-pool-overlap",
        "max pooling 3x3, stride 2",
        (32, 29, 29, 64),
        lambda layers: layers.MaxPooling2D(3, 2),
        lambda nn: nn.MaxPool2d(3, 2),
    ),
    (
        "average-pool",
        "average pooling 2x2",
        (32, 28, 28, 64),
        lambda layers: layers.AveragePooling2D(2),
        lambda nn: nn.AvgPool2d(2),
    ),
    (
        "global-average-pool",
        "global average pooling",
        (32, 14, 14, 128),
        lambda layers: layers.GlobalAveragePooling2D(),
        lambda nn: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    ),
    (
        "upsampling-nearest",
        "upsampling x2, nearest",
        (32, 14, 14, 64),
        lambda layers: layers.UpSampling2D(),
        lambda nn: nn.Upsample(scale_factor=2),
    ),
    (
        "upsampling-bilinear",
        "upsampling x2, bilinear",
        (32, 14, 14, 64),
        lambda layers: layers.UpSampling2D(interpolation="bilinear"),
        lambda nn: nn.Upsample(scale_factor=2, mode="bilinear"),
    ),
]
OTHERS = [
    (
        "batch-norm",
        "batch normalization",
        (32, 28, 28, 64),
        lambda layers: layers.BatchNormalization(epsilon=1e-3),
        lambda nn: nn.BatchNorm2d(64, eps=1e-3),
    ),
    (
        "layer-norm",
        "layer normalization",
        (1000, 512),
        lambda layers: layers.LayerNormalization(epsilon=1e-3),
        lambda nn: nn.LayerNorm(512, eps=1e-3),
    ),
    (
        "group-norm",
        "group normalization, 8 groups",
        (32, 28, 28, 64),
        lambda layers: layers.GroupNormalization(8, epsilon=1e-3),
        lambda nn: nn.GroupNorm(8, 64, eps=1e-3),
    ),
    (
        "dense",
        "dense, 512 units",
        (100, 1024),
        lambda layers: layers.Dense(512),
        lambda nn: nn.Linear(1024, 512),
    ),
    ("relu", "ReLU", (32, 28, 28, 64), lambda layers: layers.ReLU(), lambda nn: nn.ReLU()),
    (
        "gelu",
        "GELU",
        (32, 28, 28, 64),
        lambda layers: layers.Activation("gelu"),
        lambda nn: nn.GELU(),
    ),
    (
        "tanh",
        "tanh",
        (32, 28, 28, 64),
        lambda layers: layers.Activation("tanh"),
        lambda nn: nn.Tanh(),
    ),
    (
        "softmax",
        "softmax of 1,000 classes",
        (100, 1000),
        lambda layers: layers.Softmax(),
        lambda nn: nn.Softmax(dim=1),
    ),
]
CHANNELS_FIRST = [
    (
        "conv-3x3",
        lambda layers: layers.Conv2D(64, 3, padding="same", data_format="channels_first"),
    ),
    ("conv-1x1", lambda layers: layers.Conv2D(128, 1, data_format="channels_first")),
    (
        "conv-depthwise",
        lambda layers: layers.DepthwiseConv2D(3, padding="same", data_format="channels_first"),
    ),
    ("max-pool", lambda layers: layers.MaxPooling2D(data_format="channels_first")),
    ("average-pool", lambda layers: layers.AveragePooling2D(2, data_format="channels_first")),
    ("upsampling-nearest", lambda layers: layers.UpSampling2D(data_format="channels_first")),
    ("batch-norm", lambda layers: layers.BatchNormalization(axis=1, epsilon=1e-3)),
]
