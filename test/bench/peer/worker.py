"""PyTorch's side of the comparisons: the released TiM code, diffusers' autoencoders, transformers' Gemma-3 and PEFT, full size,
random weights. One JSON request a line on stdin, {"what": …, …}; one JSON answer a line on stdout: seconds of one run, after one
that warms up, and the highest resident size of the process so far in bytes. Networks are built at their first use."""

import functools
import json
import os
import sys
import time
import types

sys.path.insert(0, os.environ['TIM_PEER_CODE'])

import torch

torch.manual_seed(0)
LORA_TARGETS = r'blocks\.\d+\.(attn\.(qkv|proj)|cross_attn\.(q|kv|proj)|mlp\.(fc1_g|fc1_x|fc2))'


@functools.cache
def released():
    """The class of the network. The released code imports flash attention even where it takes PyTorch's own."""
    sys.modules['flash_attn'] = types.ModuleType('flash_attn')
    sys.modules['flash_attn'].flash_attn_func = None
    from tim.models.t2i.tim_model import TiM

    del sys.modules['flash_attn']
    return TiM


@functools.cache
def transformer():
    return released()(
        input_size=16, patch_size=1, in_channels=32, depth=28, hidden_size=1152, cap_feat_dim=1152, num_heads=16, encoder_depth=8,
        qk_norm=True, z_dim=768, new_condition='t-r', use_new_embed=True, distance_aware=True, lora_hidden_size=384,
    ).eval()


def inputs(side, rows=1):
    cells = side // 32
    times = torch.full((rows,), 0.7), torch.full((rows,), 0.3)
    return torch.randn(rows, 32, cells, cells), *times, torch.randn(rows, 32, 1152)


@functools.cache
def adapted():
    from peft import LoraConfig, get_peft_model

    net = transformer()
    for p in net.parameters():
        p.requires_grad_(False)
    net = get_peft_model(net, LoraConfig(r=16, lora_alpha=16, target_modules=LORA_TARGETS)).train()
    return net, torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], lr=1e-4)


@functools.cache
def dc_ae():
    from diffusers import AutoencoderDC

    widths = [128, 256, 512, 512, 1024, 1024]
    kinds = ['ResBlock'] * 3 + ['EfficientViTBlock'] * 3
    scales = [[], [], [], [5], [5], [5]]
    return AutoencoderDC(
        in_channels=3, latent_channels=32, attention_head_dim=32, encoder_block_types=kinds, decoder_block_types=kinds,
        encoder_block_out_channels=widths, decoder_block_out_channels=widths, encoder_layers_per_block=[2, 2, 2, 3, 3, 3],
        decoder_layers_per_block=[3] * 6, encoder_qkv_multiscales=scales, decoder_qkv_multiscales=scales,
        upsample_block_type='interpolate', downsample_block_type='Conv', decoder_norm_types='rms_norm', decoder_act_fns='silu',
        scaling_factor=0.41407,
    ).eval()


@functools.cache
def sd_vae():
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=[128, 256, 512, 512], down_block_types=['DownEncoderBlock2D'] * 4,
        up_block_types=['UpDecoderBlock2D'] * 4, layers_per_block=2, latent_channels=4, norm_num_groups=32, sample_size=256,
    ).eval()


@functools.cache
def gemma():
    from transformers import Gemma3TextConfig, Gemma3TextModel

    return Gemma3TextModel(
        Gemma3TextConfig(
            vocab_size=262144, hidden_size=1152, intermediate_size=6912, num_hidden_layers=26, num_attention_heads=4,
            num_key_value_heads=1, head_dim=256, sliding_window=512, query_pre_attn_scalar=256,
        )
    ).eval()


def nfe(side, guided=False):
    given, net = inputs(side, 2 if guided else 1), transformer()
    return lambda: net(*given, attn_type='fused_attn')


def lora_step(side, epsilon=0.005):
    """One DDE step: two passes for the time derivative, one with gradient, AdamW."""
    (x, t, r, y), (net, optimiser) = inputs(side), adapted()

    def step():
        with torch.no_grad():
            ahead = net(x, t + epsilon, r, y, attn_type='fused_attn', jvp=True)
            behind = net(x, t - epsilon, r, y, attn_type='fused_attn', jvp=True)
        target = x - 0.4 * (ahead - behind) / (2 * epsilon)
        with torch.enable_grad():
            ((net(x, t, r, y, attn_type='fused_attn') - target) ** 2).mean().backward()
        optimiser.step()
        optimiser.zero_grad()

    return step


def dc_ae_decode(side):
    z, net = torch.randn(1, 32, side // 32, side // 32), dc_ae()
    return lambda: net.decode(z)


def dc_ae_encode(side):
    image, net = torch.randn(1, 3, side, side), dc_ae()
    return lambda: net.encode(image)


def sd_vae_decode(side):
    z, net = torch.randn(1, 4, side // 8, side // 8), sd_vae()
    return lambda: net.decode(z)


def text(tokens):
    ids, net = torch.randint(4, 262144, (1, tokens)), gemma()
    return lambda: net(input_ids=ids)


def small_step(width, depth, heads, latent, cells, caption, tokens, batch):
    """Forward, backward and AdamW of a small TiM on all its weights: training from scratch without a time derivative."""
    net = released()(
        input_size=cells, patch_size=1, in_channels=latent, depth=depth, hidden_size=width, cap_feat_dim=caption, num_heads=heads,
        encoder_depth=depth // 2, qk_norm=True, z_dim=768, new_condition='t-r', use_new_embed=True, distance_aware=True,
        lora_hidden_size=width * 3 // 8,
    ).train()
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-4)
    x, y = torch.randn(batch, latent, cells, cells), torch.randn(batch, tokens, caption)
    t, r = torch.full((batch,), 0.7), torch.full((batch,), 0.3)

    def step():
        with torch.enable_grad():
            ((net(x, t, r, y, attn_type='fused_attn') - x) ** 2).mean().backward()
        optimiser.step()
        optimiser.zero_grad()

    return step


def linear(rows, inner, out):
    x, w = torch.randn(rows, inner), torch.randn(out, inner)
    return lambda: torch.nn.functional.linear(x, w)


WHAT = {f.__name__: f for f in (nfe, lora_step, dc_ae_decode, dc_ae_encode, sd_vae_decode, text, small_step, linear)}
warm = {}


def peak():
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith('VmHWM'))


for line in sys.stdin:
    request = json.loads(line)
    key = json.dumps(request, sort_keys=True)
    with torch.no_grad():
        if key not in warm:
            warm[key] = WHAT[request.pop('what')](**request)
            warm[key]()
        start = time.perf_counter()
        warm[key]()
    print(json.dumps({'seconds': time.perf_counter() - start, 'peak': peak(), 'threads': torch.get_num_threads()}), flush=True)
