import type { FoundModel } from '#shared/engine/protocol'
import { FailureError } from '#shared/ipc/failure'
import type { Desk } from '../../engine-host/desk'
import type { HandlersOf } from '../answer'

/** Prompts are counted at the desk, so that the engine is not disturbed while the artist types. */
export function promptHandlers(
  shelf: { named(name: string): Promise<FoundModel> },
  desk: Pick<Desk, 'promptLength'>,
): HandlersOf<'prompt'> {
  return {
    'prompt/tokens': async ({ model, prompt }) => {
      const { folder, card } = await shelf.named(model)
      if (card.maxTokens === 0) throw readsNone(card.title)
      return desk.promptLength(folder, prompt)
    },
  }
}

function readsNone(title: string): FailureError {
  const message = `The model “${title}” reads no prompts.`
  return new FailureError({ code: 'bad-input', field: 'model', message, remedy: 'Choose one that does.' })
}
