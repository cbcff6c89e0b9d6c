import { fileName, NAME_PARTS } from '#shared/schema/file-name'
import type { Recipe } from '#shared/schema/recipe'
import { useEffect, type ReactNode } from 'react'
import { chooseOutputFolder, lookAtLibrary } from '../../actions/library'
import { useLibrary } from '../../state/library'
import { useSettings } from '../../state/settings'
import { Button } from '../../ui/button'
import { Segments } from '../../ui/segments'
import { byteSize } from '../../words/dimensions'

const EVERY = [
  { value: 'yes', label: 'Every picture' },
  { value: 'no', label: 'Only what I export' },
] as const

const NOTIFY = [
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
] as const

const EXAMPLE = {
  prompt: 'a red fox',
  seed: 4711,
  imageIndex: 0,
  steps: 8,
  width: 512,
  height: 512,
  model: { name: 'starter' },
} as Recipe

type SettingLine = (props: { readonly label: string; readonly children: ReactNode }) => ReactNode

/** Where copies of pictures go and how they are called, and what the studio takes on disk. */
export function OutputLines({ Line }: { readonly Line: SettingLine }) {
  const output = useSettings((state) => state.output)
  const notify = useSettings((state) => state.notify)
  const library = useLibrary((state) => state.library)
  useEffect(() => void lookAtLibrary(), [])
  const set = (change: Partial<typeof output>) => useSettings.setState({ output: { ...output, ...change } })
  return (
    <>
      <Line label="Output folder">
        <span className="flex items-center gap-2">
          <span className="min-w-0 flex-1 break-all text-muted">{output.folder || 'The system’s folder for pictures'}</span>
          <Button onClick={() => void chooseOutputFolder()}>Choose…</Button>
        </span>
      </Line>
      <Line label="Copy there">
        <Segments
          name="Copy there"
          value={output.every && output.folder !== '' ? 'yes' : 'no'}
          options={EVERY}
          onChange={(chosen) =>
            chosen === 'yes' && output.folder === '' ? void chooseOutputFolder(true) : set({ every: chosen === 'yes' })
          }
        />
      </Line>
      <Line label="File names">
        <input
          aria-label="File names"
          title={Object.entries(NAME_PARTS)
            .map(([name, what]) => `{${name}}: ${what}`)
            .join('\n')}
          value={output.pattern}
          maxLength={300}
          onChange={(event) => set({ pattern: event.target.value })}
          className="field h-7 w-full px-2 outline-none"
        />
        <span className="block truncate pt-1 text-label text-muted">{fileName(output.pattern, EXAMPLE, Date.now())}.png</span>
      </Line>
      <Line label="Tell when all is done">
        <Segments
          name="Tell when all is done"
          value={notify ? 'yes' : 'no'}
          options={NOTIFY}
          onChange={(chosen) => useSettings.setState({ notify: chosen === 'yes' })}
        />
      </Line>
      {library !== undefined && (
        <Line label="On disk">
          <span className="text-muted tabular-nums">
            Pictures {byteSize(library.pictures)} · their steps {byteSize(library.ways)} · models {byteSize(library.models)} ·
            cache {byteSize(library.cache)} · free {byteSize(library.free)}
          </span>
        </Line>
      )}
    </>
  )
}
