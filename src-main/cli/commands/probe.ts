import { Command } from 'commander'
import type { ProbeCall } from '../../engine/jobs/probe/probe'
import type { Terminal } from '../terminal'

/** `tim probe`: one part of the engine on tensors from a file. */
export function probeCommand(terminal: Terminal): Command {
  return new Command('probe')
    .summary('compute one part of the engine on tensors from a file')
    .description(
      'Computes one part of the engine on tensors from a .safetensors file, so that anyone can compare it with another implementation.',
    )
    .argument('<component>', 'the part to compute (listed below)')
    .option('--model <folder>', 'folder with config.json and model.safetensors')
    .option('--in <file>', '.safetensors with the inputs')
    .option('--out <file>', '.safetensors to write')
    .option('--options <json>', 'options of the component as a JSON object')
    .option('--adapter <folder>', 'PEFT adapter: adapter_config.json and adapter_model.safetensors')
    .option('--provider <name>', 'where graphs run: cpu, webgpu, …', 'cpu')
    .addHelpText(
      'after',
      `
Components:
  transformer  x, t, r, y [, cotangent] → out [, grad.KEY]
  text         ids, mask → last_hidden_state
  encoder      image → latent, or mean and logvar
  decoder      latent → image
  sampler      z, y, y_null, noise.0 … → trajectory
  loss         x, z, y, t, r [, y_null, h_target, ema.*] → F, dF_dt, F_target, loss, proj_loss, grad.KEY
  transport    x, z, t, r, F, dF_dt [, F_cond, F_uncond] → x_t, v_t, c_noise, target, target_enhanced, x_r
  weighting    t, r → weight
  optimizer    p0.0 …, g0.1 … → pJ.S, norm.S, emaJ.S
  pipeline     ids, mask, null_ids, null_mask, z → y, y_null, trajectory, image, image_u8
  noise        (options seed, shape) → noise
  tokenizer    (options prompts) → JSON on stdout

Examples:
  tim probe transformer --model test/golden/fixtures/tim-t2i --in in.safetensors --out out.safetensors
  tim probe sampler --model DIR --in in.safetensors --out out.safetensors --options '{"num_steps": 8, "cfg_scale": 2.5}'
  tim probe noise --out noise.safetensors --options '{"seed": 7, "shape": [1, 4, 8, 8]}'`,
    )
    .action(async (component: string, options: Omit<ProbeCall, 'component'>) => {
      const { probe } = await import('../../engine/jobs/probe/probe')
      const answer = await probe({ ...options, component })
      if (answer !== undefined) terminal.answer(JSON.stringify(answer))
    })
}
