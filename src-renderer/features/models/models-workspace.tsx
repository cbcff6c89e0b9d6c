import { useModels } from '../../state/models'
import { ScrollArea } from '../../ui/scroll-area'
import { ModelCardView } from './model-card-view'

/** The models of this machine. */
export function ModelsWorkspace() {
  const models = useModels((state) => state.models)
  return (
    <main aria-label="Models" className="flex min-h-0 flex-1 bg-canvas">
      <ScrollArea className="min-h-0 flex-1">
        <div className="mx-auto flex max-w-5xl flex-col gap-4 p-6">
          <h2 className="text-title font-semibold">Models</h2>
          {models === undefined ? (
            <p className="text-muted">Looking for models.</p>
          ) : (
            <ul aria-label="Installed models" className="grid grid-cols-[repeat(auto-fill,minmax(18rem,1fr))] gap-3">
              {models.map((model) => (
                <ModelCardView key={model.name} model={model} />
              ))}
            </ul>
          )}
        </div>
      </ScrollArea>
    </main>
  )
}
