import { join } from 'node:path'
import { z } from 'zod'
import type { Tensor } from '../../ir/tensor'
import { bertGraph } from '../../models/bert/build'
import { BertConfig } from '../../models/bert/config'
import { openGemma3 } from '../../models/gemma3/encoder'
import { createBuilder } from '../../ops/table'
import { openSession, type Provider } from '../../runtime/session'
import { bindWeights } from '../../weights/bind'
import { openComponent, readConfig } from '../../weights/component'
import { defineComponent } from './component'
import { ProbeError } from './probe-error'

/** A text encoder of either kind: Gemma 3's decoder, or BERT. */
export const text = defineComponent({
  summary: 'ids, mask (i64; 1: token, 0: padding) → last_hidden_state',
  needs: { model: true, input: true, output: true, adapter: 'no' },
  options: z.object({}),
  run: async ({ inputs, model, provider }) => {
    const ids = inputs.take('ids', 'i64', ['B', 'M'])
    const mask = inputs.take('mask', 'i64', ['B', 'M'])
    inputs.finish()
    return { tensors: { last_hidden_state: await encoderOf(model)(model, ids, mask, provider) } }
  },
})

type Encode = (folder: string, ids: Tensor<'i64'>, mask: Tensor<'i64'>, provider: Provider) => Promise<Tensor>

/** Gemma 3's states, padding included as the released pipeline has it. */
export const gemma3States: Encode = async (folder, ids, mask, provider) => {
  const encoder = await openGemma3(folder, { provider })
  try {
    return given(await encoder.run(ids, mask))
  } finally {
    await encoder.release()
  }
}

const bertStates: Encode = async (folder, ids, mask, provider) => {
  const { config, weights } = openComponent(folder, BertConfig)
  const graph = bertGraph(createBuilder(), config)
  const session = await openSession(graph, { provider, weights: bindWeights(graph, weights), weightsAs: 'initializers' })
  try {
    return given(await session.run({ ids, mask }))
  } finally {
    await session.release()
  }
}

const ENCODERS: Readonly<Record<string, Encode>> = { gemma3_text: gemma3States, gemma3: gemma3States, bert: bertStates }

function encoderOf(folder: string): Encode {
  const { model_type: type } = readConfig(join(folder, 'config.json'), z.object({ model_type: z.string() }))
  const encode = ENCODERS[type]
  if (encode) return encode
  throw new ProbeError(
    'probe.model',
    `${folder} holds a ${type}, which is no text encoder known here.`,
    `Use one of ${Object.keys(ENCODERS).join(', ')}.`,
  )
}

function given({ last_hidden_state: states }: Record<string, Tensor>): Tensor {
  if (!states) throw new TypeError('a text encoder gives last_hidden_state')
  return states
}
