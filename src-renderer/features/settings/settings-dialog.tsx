import type { RequestOutput } from '#shared/ipc/contract'
import type { Settings } from '#shared/schema/settings'
import { useEffect, useState, type ReactNode } from 'react'
import { appInfo } from '../../actions/app-info'
import { useEngine } from '../../state/engine'
import { useSettings } from '../../state/settings'
import { useWindow } from '../../state/window'
import { Dialog } from '../../ui/dialog'
import { Segments } from '../../ui/segments'
import { OutputLines } from './output-lines'
import { TrajectoryLines } from './trajectory-lines'

const THEMES: readonly { readonly value: Settings['theme']; readonly label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
]

/** Settings of the whole studio. They act at once; there is nothing to confirm. */
export function SettingsDialog() {
  const open = useWindow((state) => state.dialog === 'settings')
  return (
    <Dialog
      title="Settings"
      open={open}
      onOpenChange={(next) => !next && useWindow.setState({ dialog: undefined })}
      className="w-130"
    >
      <Lines />
    </Dialog>
  )
}

/** Where pictures are drawn; those that do not work here are not offered. */
const PROVIDERS: readonly { readonly value: Settings['provider']; readonly label: string }[] = [
  { value: 'auto', label: 'The fastest' },
  { value: 'cpu', label: 'Processor' },
  { value: 'webgpu', label: 'Graphics card' },
  { value: 'cuda', label: 'CUDA' },
  { value: 'dml', label: 'DirectML' },
  { value: 'coreml', label: 'CoreML' },
]

function Lines() {
  const theme = useSettings((state) => state.theme)
  const provider = useSettings((state) => state.provider)
  const engine = useEngine((state) => state.engine)
  const working = 'providers' in engine ? engine.providers : []
  const offered = PROVIDERS.filter(({ value }) => value === 'auto' || value === provider || working.includes(value))
  const [info, setInfo] = useState<RequestOutput<'app/info'>>()
  useEffect(() => void appInfo().then(setInfo), [])
  return (
    <div className="flex flex-col gap-3 overflow-y-auto p-4">
      <Line label="Colours">
        <Segments name="Colours" value={theme} options={THEMES} onChange={(chosen) => useSettings.setState({ theme: chosen })} />
      </Line>
      <Line label="Draw with">
        <Segments
          name="Draw with"
          value={provider}
          options={offered}
          onChange={(chosen) => useSettings.setState({ provider: chosen })}
        />
      </Line>
      <TrajectoryLines Line={Line} />
      <OutputLines Line={Line} />
      {info !== undefined && (
        <>
          <Line label="Pictures and history">
            <span className="break-all text-muted">{info.dataFolder}</span>
          </Line>
          <Line label="Version">
            <span className="text-muted">
              TiM Studio {info.version}, Electron {info.electron}
            </span>
          </Line>
        </>
      )}
    </div>
  )
}

function Line({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[10rem_1fr] items-center gap-4">
      <span>{label}</span>
      <div data-selectable>{children}</div>
    </div>
  )
}
