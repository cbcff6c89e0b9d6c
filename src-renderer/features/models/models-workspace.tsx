import type { ModelCard } from '#shared/schema/model'
import { FileDown, FolderDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import { loadSpeeds } from '../../actions/devices'
import { chooseModelFiles, reloadModels } from '../../actions/models'
import { useDevices } from '../../state/devices'
import { useEngine } from '../../state/engine'
import { useModels } from '../../state/models'
import { closeProblem, useProblems } from '../../state/problems'
import { Button } from '../../ui/button'
import { Notice } from '../../ui/notice'
import { ScrollArea } from '../../ui/scroll-area'
import { DevicePanel } from './device-panel'
import { DownloadDialog } from './download-dialog'
import { DropZone } from './drop-zone'
import { ImportDialog } from './import-dialog'
import { ModelCardView } from './model-card-view'
import { Offers } from './offers'
import { RemoveDialog } from './remove-dialog'
import { speedOf } from './speeds'
import { WorkReport } from './work-report'

/** The models of this machine, where others come from, and what draws with them. */
export function ModelsWorkspace() {
  const [looking, setLooking] = useState(false)
  const [doomed, setDoomed] = useState<ModelCard>()
  useEffect(() => void loadSpeeds(), [])
  return (
    <main aria-label="Models" className="flex min-h-0 flex-1 bg-canvas">
      <DropZone>
        <ScrollArea className="min-h-0 flex-1">
          <div className="mx-auto flex max-w-6xl flex-col gap-8 p-6 lg:flex-row lg:items-start">
            <div className="flex min-w-0 flex-1 flex-col gap-8">
              <section aria-label="Your models" className="flex flex-col gap-3">
                <Heading />
                <Told />
                <WorkReport />
                <Cards onRemove={setDoomed} />
              </section>
              <Offers onLook={() => setLooking(true)} />
            </div>
            <div className="lg:w-72 lg:shrink-0">
              <DevicePanel />
            </div>
          </div>
        </ScrollArea>
      </DropZone>
      <ImportDialog />
      <DownloadDialog open={looking} onClose={() => setLooking(false)} />
      <RemoveDialog model={doomed} onClose={() => setDoomed(undefined)} />
    </main>
  )
}

function Heading() {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="min-w-0 flex-1">
        <h2 className="text-title font-semibold">Your models</h2>
        <p className="text-label text-muted">Drop a model’s files or its folder here, or choose them.</p>
      </div>
      <Button look="primary" className="h-8 px-3" onClick={() => void chooseModelFiles('files')}>
        <FileDown className="size-4" aria-hidden="true" />
        Import files…
      </Button>
      <Button className="h-8 px-3" onClick={() => void chooseModelFiles('folder')}>
        <FolderDown className="size-4" aria-hidden="true" />
        Import a folder…
      </Button>
    </div>
  )
}

/** What went wrong here. */
function Told() {
  const at = useProblems((state) => state.at)
  return (['models', 'downloads'] as const).map((place) => {
    const failure = at[place]
    if (failure === undefined) return null
    return (
      <Notice
        key={place}
        message={failure.message}
        remedy={failure.remedy}
        detail={failure.detail}
        onClose={() => closeProblem(place)}
      />
    )
  })
}

function Cards({ onRemove }: { readonly onRemove: (model: ModelCard) => void }) {
  const models = useModels((state) => state.models)
  const speeds = useDevices((state) => state.speeds)
  const down = useEngine((state) => state.engine.is === 'down')
  if (models === undefined) {
    return down ? (
      <Notice
        message="The models cannot be looked at, because the engine is not running."
        remedy="Start it again in Create, then look again."
        action={{ title: 'Look again', run: () => void reloadModels() }}
      />
    ) : (
      <p className="text-muted">Looking for models…</p>
    )
  }
  if (models.length === 0) {
    return (
      <p className="rounded-control border border-dashed border-edge p-6 text-center text-muted">
        There is no model yet. Import one, or get a released one below.
      </p>
    )
  }
  return (
    <ul aria-label="Installed models" className="grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] gap-3">
      {models.map((model) => (
        <ModelCardView key={model.name} model={model} speed={speedOf(speeds, model)} onRemove={onRemove} />
      ))}
    </ul>
  )
}
