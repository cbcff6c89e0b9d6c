import type { ModelCard } from '#shared/schema/model'
import { Check, CircleAlert, Ellipsis, ShieldCheck, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { verifyModel } from '../../actions/models'
import { useModelWork } from '../../state/model-work'
import { patchDraft, useSettings } from '../../state/settings'
import { Button } from '../../ui/button'
import { Menu } from '../../ui/menu'
import { byteSize } from '../../words/dimensions'
import { errorShare, precisionName } from '../../words/precision'
import type { ModelSpeed } from '#shared/schema/timing'
import { speedWords } from './speeds'
import { WorkLine } from './work-line'

interface ModelCardViewProps {
  readonly model: ModelCard
  readonly speed: ModelSpeed | undefined
  readonly onRemove: (model: ModelCard) => void
}

/** One installed model: what it is, what it takes, and whether it draws. */
export function ModelCardView({ model, speed, onRemove }: ModelCardViewProps) {
  const { title, kind, bytes, licence, state, source, limits, embedded } = model
  const work = useModelWork((all) => all.work)
  const own = work.is === 'running' && work.work !== 'import' && work.model === title ? work : undefined
  return (
    <li aria-label={title} className="flex min-w-0 flex-col gap-2 rounded-control border border-line bg-panel p-4">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h3 className="font-semibold break-words">{title}</h3>
          <p className="text-label text-muted">
            {kind === 'text' ? 'Draws from words' : `Draws one of ${model.classes?.length ?? 0} things`}
            {embedded && ' · comes with the studio'}
          </p>
        </div>
        <CardMenu model={model} onRemove={onRemove} />
      </div>
      <State model={model} />
      <dl className="grid grid-cols-[max-content_1fr] gap-x-3 gap-y-0.5 text-label">
        <Fact name="Size on disk">{byteSize(bytes)}</Fact>
        <Fact name="Precision">
          {precisionName(model.precision)}
          {model.precisionError !== undefined && `, ${errorShare(model.precisionError)} from the original`}
        </Fact>
        <Fact name="Speed here">{speedWords(speed)}</Fact>
        {source !== undefined && source !== '' && <Fact name="Source">{source}</Fact>}
        {licence !== '' && <Fact name="Licence">{licence}</Fact>}
        {limits.length > 0 && <Fact name="Known to be weak">{limits.join(' ')}</Fact>}
      </dl>
      {own === undefined ? state.is === 'ready' && <Use model={model} /> : <WorkLine work={own} />}
    </li>
  )
}

function CardMenu({ model, onRemove }: Pick<ModelCardViewProps, 'model' | 'onRemove'>) {
  const busy = useModelWork((all) => all.work.is === 'running')
  const verify = { title: 'Check its files', icon: ShieldCheck, disabled: busy, run: () => void verifyModel(model.name) }
  const remove = { title: 'Remove…', icon: Trash2, disabled: busy, run: () => onRemove(model) }
  return <Menu name={`More about ${model.title}`} icon={Ellipsis} groups={model.embedded ? [[verify]] : [[verify], [remove]]} />
}

function State({ model: { state } }: { readonly model: ModelCard }) {
  if (state.is === 'ready') {
    return (
      <p className="flex items-center gap-1.5 text-label">
        <Check className="size-4 text-accent" aria-hidden="true" /> Ready
      </p>
    )
  }
  return (
    <p className="flex items-start gap-1.5 text-label">
      <CircleAlert className="size-4 shrink-0 text-alarm" aria-hidden="true" />
      <span className="min-w-0 break-words" data-selectable>
        Broken: {state.why}
      </span>
    </p>
  )
}

/** Takes the model for the next picture. */
function Use({ model }: { readonly model: ModelCard }) {
  const use = () => {
    patchDraft({ model: model.name, cfg: null, size: null })
    useSettings.setState({ workspace: 'create' })
  }
  return (
    <div className="mt-auto pt-1">
      <Button onClick={use}>Draw with it</Button>
    </div>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words" data-selectable>
        {children}
      </dd>
    </>
  )
}
