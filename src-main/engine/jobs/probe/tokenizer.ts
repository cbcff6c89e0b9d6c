import { z } from 'zod'
import { openTokenizer } from '../../text/tokenizer'
import { unicodeEscape } from '../../text/unicode-escape'
import { defineComponent } from './component'

/** Prompts as the text encoder of the released models gets them, before the cut to 256 tokens. */
export const tokenizer = defineComponent({
  summary: 'prompts → {"ids": [[…], …]}: token ids after unicode-escape, with BOS, neither cut nor padded',
  needs: { model: true, input: false, output: false, adapter: 'no' },
  options: z.object({ prompts: z.array(z.string()) }),
  run: async ({ model, options }) => {
    const { encode } = openTokenizer(model)
    return { json: { ids: options.prompts.map((prompt) => encode(unicodeEscape(prompt))) } }
  },
})
