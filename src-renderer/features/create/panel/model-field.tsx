import { canDraw } from '../../../drawing/size'
import { useModels, useChosenModel } from '../../../state/models'
import { patchDraft, useSettings } from '../../../state/settings'
import { Select } from '../../../ui/select'
import { byteSize } from '../../../words/dimensions'
import { Field } from './field'

/** Another model: its own guidance, and its own size unless it can draw the one that was set. */
function choose(name: string): void {
  const model = useModels.getState().models?.find((one) => one.name === name)
  const { size } = useSettings.getState().draft
  patchDraft({ model: name, cfg: null, size: size !== null && model !== undefined && canDraw(size, model) ? size : null })
}

/** The model that draws. */
export function ModelField() {
  const models = useModels((state) => state.models)
  const chosen = useChosenModel()
  if (models === undefined)
    return (
      <Field inline label="Model">
        <span className="text-faint">looking for models</span>
      </Field>
    )
  const options = models.map(({ name, title, bytes, state }) => ({
    value: name,
    label: title,
    hint: state.is === 'ready' ? byteSize(bytes) : 'damaged',
    disabled: state.is !== 'ready',
  }))
  const broken = chosen?.state.is === 'broken' ? chosen.state.why : undefined
  return (
    <Field inline label="Model" place="model" note={broken}>
      {chosen === undefined ? (
        <p className="text-label text-muted">No model is ready to draw.</p>
      ) : (
        <Select name="Model" value={chosen.name} options={options} onChange={choose} />
      )}
    </Field>
  )
}
