import { z } from 'zod'
import { isTextConditional, TimConfig } from '../../../models/tim/config'
import { timParameters } from '../../../models/tim/parameters'
import { ModelsError } from '../models-error'
import { countOf, sizeAt, type Design } from './design'
import { prefixOf, under, type Given, type Tensors } from './given'

const ANCHOR = 'x_embedder.proj.weight'

/** A TiM network, of any size. */
export const timDesign: Design = {
  part: 'transformer',
  title: 'a TiM transformer',
  find: (all) => {
    const prefix = prefixOf(all, ANCHOR)
    if (prefix === undefined || !all.has(`${prefix}t_embedder.mlp.0.weight`) || !all.has(`${prefix}final_layer.linear.weight`))
      return undefined
    const others = [...all.keys()].some((key) => !key.startsWith(prefix))
    const notes =
      prefix !== '' && others
        ? [`Of ${all.size} tensors in the transformer's file, those under '${prefix.slice(0, -1)}' are used.`]
        : []
    return { tensors: under(all, prefix), notes }
  },
  read: (tensors, given) => {
    const told = givenConfig(given)
    const { config, notes } = told ? { config: told, notes: [] } : configOf(tensors, given.path)
    checkKind(tensors, config, given)
    const parameters = timParameters(config, { projector: tensors.has('projector.0.weight') })
    return { config, parameters, notes, is: { design: 'tim', tim: config } }
  },
}

/** True for a text-conditional network, by its keys. */
const takesText = (tensors: Tensors): boolean => tensors.has('y_embedder.mlp.fc1_g.weight')

/** The config.json beside the weights, where it is one of a TiM network; a folder of downloads may hold another's. */
function givenConfig({ config, folder }: Given): TimConfig | undefined {
  if (!config || !('cap_feat_dim' in config || 'num_classes' in config) || !('patch_size' in config)) return undefined
  const read = TimConfig.safeParse(config)
  if (read.success) return read.data
  const why = z.prettifyError(read.error).replaceAll('\n', ' ')
  throw new ModelsError(
    'models.config',
    `${folder}/config.json describes no TiM network: ${why}`,
    'Correct it, or move it away: the sizes are also read from the weights.',
  )
}

function checkKind(tensors: Tensors, config: TimConfig, { folder }: Given): void {
  if (takesText(tensors) === isTextConditional(config)) return
  const [weights, told] = takesText(tensors) ? ['text', 'classes'] : ['classes', 'text']
  throw new ModelsError(
    'models.kind',
    `The weights in ${folder} take ${weights}, but config.json says ${told}.`,
    'Move config.json away: the sizes are also read from the weights.',
  )
}

/** The configuration that the shapes tell; what no shape tells has the released models' value. */
function configOf(tensors: Tensors, path: string): { readonly config: TimConfig; readonly notes: readonly string[] } {
  const notes: string[] = []
  const width = sizeAt(tensors, ANCHOR, 0)
  const channels = sizeAt(tensors, ANCHOR, 1)
  const depth = countOf(tensors, /^blocks\.(\d+)\./)
  const headWidth = sizeAt(tensors, 'blocks.0.attn.q_norm.weight', 0)
  const hidden = sizeAt(tensors, 'blocks.0.mlp.fc1_g.weight', 0)
  if (headWidth === 0) notes.push('The weights do not tell the number of heads: that of the released models is assumed.')
  const settings = {
    input_size: channels === 4 ? 32 : 16,
    patch_size: sizeAt(tensors, ANCHOR, 2),
    in_channels: channels,
    depth,
    hidden_size: width,
    num_heads: width / (headWidth || (width % 72 === 0 ? 72 : 64)),
    mlp_ratio: ratioOf(width, hidden),
    encoder_depth: depth < 28 ? Math.max(1, Math.floor(depth / 3)) : 8,
    z_dim: sizeAt(tensors, 'projector.4.weight', 0) || 768,
    projector_dim: sizeAt(tensors, 'projector.0.weight', 0) || 2048,
    qk_norm: headWidth > 0,
    new_condition: 't-r',
    use_new_embed: tensors.has('delta_embedder.mlp.0.weight'),
    distance_aware: tensors.has('blocks.0.attn.qkv_d.weight'),
    lora_hidden_size: sizeAt(tensors, 'blocks.0.adaLN_modulation.fc1_g.weight', 0),
    ...conditionOf(tensors),
  }
  const read = TimConfig.safeParse(settings)
  if (read.success) return { config: read.data, notes }
  const why = z.prettifyError(read.error).replaceAll('\n', ' ')
  throw new ModelsError(
    'models.config',
    `The shapes in ${path} make no TiM network: ${why}`,
    'Give the config.json that belongs to it, in the same folder.',
  )
}

function conditionOf(tensors: Tensors): object {
  if (takesText(tensors)) return { cap_feat_dim: sizeAt(tensors, 'y_embedder.norm.weight', 0) }
  const rows = sizeAt(tensors, 'y_embedder.embedding_table.weight', 0)
  // The last row is the null class, but for a table of a round thousand.
  return rows === 1000 ? { num_classes: rows, class_dropout_prob: 0 } : { num_classes: rows - 1, class_dropout_prob: 0.1 }
}

/** The ratio of the MLP for which ⌊2/3·⌊D·ratio⌋⌋ is its hidden width; 4 where that holds. */
function ratioOf(width: number, hidden: number): number {
  return Math.floor((4 * width * 2) / 3) === hidden ? 4 : (Math.ceil((hidden * 3) / 2) + 1e-6) / width
}
