import type { ModelCard } from '#shared/schema/model'
import { byteSize } from '../../words/dimensions'

/** One installed model: what it is, what it takes, and whether it draws. */
export function ModelCardView({ model }: { readonly model: ModelCard }) {
  const { title, kind, bytes, licence, state } = model
  return (
    <li className="flex flex-col gap-2 rounded-control border border-line bg-panel p-4">
      <h3 className="font-semibold">{title}</h3>
      <p className="text-label text-muted">
        {kind === 'text' ? 'Draws from words' : 'Draws from a list of classes'} · {byteSize(bytes)} · {licence}
      </p>
      <p className="text-label text-muted">{state.is === 'ready' ? 'Ready' : `Broken: ${state.why}`}</p>
    </li>
  )
}
