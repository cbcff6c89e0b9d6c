import type { ModelCard } from '#shared/schema/model'
import { removeModel } from '../../actions/models'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { byteSize } from '../../words/dimensions'

interface RemoveDialogProps {
  readonly model: ModelCard | undefined
  readonly onClose: () => void
}

/** Asks before a model is removed. */
export function RemoveDialog({ model, onClose }: RemoveDialogProps) {
  const remove = () => {
    if (model !== undefined) void removeModel(model.name)
    onClose()
  }
  return (
    <Dialog
      title={`Remove “${model?.title ?? ''}”?`}
      open={model !== undefined}
      onOpenChange={(next) => !next && onClose()}
      className="w-110"
    >
      <div className="flex flex-col gap-4 p-4">
        <p>
          Up to {byteSize(model?.bytes ?? 0)} become free; parts that other models use stay. Your pictures stay too, but cannot be
          drawn again without the model. Files that were left where they are, are not touched.
        </p>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button look="primary" onClick={remove}>
            Remove
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
