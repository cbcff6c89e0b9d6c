import { useModels, useChosenModel } from '../../../state/models'
import { patchDraft } from '../../../state/settings'
import { Select } from '../../../ui/select'
import { byteSize } from '../../../words/dimensions'
import { Field } from './field'

/** The model that draws. */
export function ModelField() {
  const models = useModels((state) => state.models)
  const chosen = useChosenModel()
  if (models === undefined) return null
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
        <Select name="Model" value={chosen.name} options={options} onChange={(model) => patchDraft({ model })} />
      )}
    </Field>
  )
}
