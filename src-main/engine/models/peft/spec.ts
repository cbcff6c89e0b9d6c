import type { AdapterSpec, Preset } from '#shared/schema/adapter-spec'

export { AdapterSpec } from '#shared/schema/adapter-spec'

/** What the adapter is multiplied by. */
export function scaleOf(method: AdapterSpec['method'], alpha: number, rank: number): number {
  return alpha / (method === 'rslora' ? Math.sqrt(rank) : rank)
}

const ATTENTION = String.raw`attn\.(qkv|proj)`
const CROSS = String.raw`cross_attn\.(q|kv|proj)`
const MLP = String.raw`mlp\.(fc1_g|fc1_x|fc2)`
const CONDITIONING = String.raw`attn\.qkv_d|adaLN_modulation\.(fc1_g|fc1_x|fc2)`

const parts: { readonly [P in Preset]: readonly string[] } = {
  attn: [ATTENTION],
  'attn+cross': [ATTENTION, CROSS],
  'attn+cross+mlp': [ATTENTION, CROSS, MLP],
  all: [ATTENTION, CROSS, MLP, CONDITIONING],
}

/** target_modules as PEFT takes them: ends of names, or an expression for whole names. */
export function targetModules(targets: AdapterSpec['targets']): string | readonly string[] {
  if (typeof targets === 'string' || Array.isArray(targets)) return targets
  const { preset } = targets as { readonly preset: Preset }
  return String.raw`blocks\.\d+\.(${parts[preset].join('|')})`
}
