import { FailureError } from '#shared/ipc/failure'
import { memoryNeed, memoryOfCard, wishOf } from '#shared/schema/memory-need'
import type { ModelCard } from '#shared/schema/model'
import type { EngineHost } from '../../engine-host/engine-host'
import type { ModelShelf } from '../../engine-host/model-shelf'
import type { Library } from '../../library/library'
import type { Handlers, HandlersOf } from '../answer'

export function engineHandlers(
  engine: Pick<EngineHost, 'state' | 'restart'>,
  shelf: Pick<ModelShelf, 'cards' | 'named'>,
  { timings, settings }: Pick<Library, 'timings' | 'settings'>,
): HandlersOf<'engine' | 'estimate'> & Pick<Handlers, 'models/list' | 'models/speeds'> {
  return {
    'engine/status': () => engine.state,
    'engine/restart': () => engine.restart(),
    'models/list': async () => shelf.cards(),
    'models/speeds': () =>
      timings
        .all()
        .map(({ model, provider, width, height, passMs, samples }) => ({ model, provider, width, height, passMs, samples })),
    'estimate/memory': async ({ model, ...recipe }) => {
      const { card } = await shelf.named(model)
      if (card.memory === undefined) throw notReady(card)
      const available = Math.min(process.availableMemory(), settings.get().memoryLimit || Infinity)
      return memoryNeed(memoryOfCard({ ...card, memory: card.memory }), wishOf(recipe, false), available)
    },
    'estimate/time': async (wanted) => {
      // The window knows models by name, timings go by hash: a model that was replaced is learned anew.
      const card = (await shelf.cards()).find(({ name }) => name === wanted.model)
      return card === undefined ? { learned: false } : timings.estimate({ ...wanted, model: card.sha256 })
    },
  }
}

function notReady({ title }: ModelCard): FailureError {
  const message = `The model “${title}” cannot be used.`
  return new FailureError({ code: 'model-broken', model: title, message, remedy: 'Import it again under Models.' })
}
