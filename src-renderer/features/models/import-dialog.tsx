import type { ReactNode } from 'react'
import { useState } from 'react'
import { forgetGiven, importModel, modelNameFrom } from '../../actions/models'
import { useSettings } from '../../state/settings'
import { useModelWork, type ImportOrder } from '../../state/model-work'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Segments } from '../../ui/segments'
import { Select } from '../../ui/select'
import { PRECISIONS } from '../../words/precision'

/** As published, or converted to less. */
export const IMPORT_PRECISIONS = [
  { value: 'published', label: 'As published', what: 'as exact as can be' },
  ...PRECISIONS.filter(({ value }) => value !== 'f32'),
] as const

const KEEPS = [
  { value: 'copy', label: 'Copy into the library' },
  { value: 'link', label: 'Leave where they are' },
] as const

/** Asks how to import what was chosen or dropped. */
export function ImportDialog() {
  const given = useModelWork((state) => state.given)
  return (
    <Dialog title="Import a model" open={given !== undefined} onOpenChange={(next) => !next && forgetGiven()} className="w-130">
      {given !== undefined && <Questions key={given.join('\n')} paths={given} />}
    </Dialog>
  )
}

const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path

function Questions({ paths }: { readonly paths: readonly string[] }) {
  const [typed, setTyped] = useState('')
  const [precision, setPrecision] = useState<string>(useSettings.getState().importPrecision ?? 'published')
  const [keep, setKeep] = useState<'copy' | 'link'>('copy')
  const name = typed.trim() === '' ? undefined : modelNameFrom(typed)
  const what = IMPORT_PRECISIONS.find(({ value }) => value === precision)?.what
  const start = () => {
    const chosen = PRECISIONS.find(({ value }) => value === precision)?.value as ImportOrder['precision']
    void importModel({
      paths: [...paths],
      link: keep === 'link',
      ...(name === undefined ? {} : { name }),
      ...(chosen === undefined ? {} : { precision: chosen }),
    })
  }
  return (
    <form
      className="flex min-h-0 flex-col gap-3 overflow-y-auto p-4"
      onSubmit={(event) => {
        event.preventDefault()
        start()
      }}
    >
      <ul aria-label="What is imported" className="max-h-32 overflow-y-auto text-label" tabIndex={0}>
        {paths.map((path) => (
          <li key={path} className="truncate" title={path}>
            {baseName(path)}
          </li>
        ))}
      </ul>
      <p className="text-label text-muted">
        Which file is which part – network, autoencoder, text encoder – is told from what it holds.
      </p>
      <Line label="Name">
        <input
          aria-label="Name"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          placeholder="as its files say"
          maxLength={100}
          className="field h-7 w-full px-2"
        />
      </Line>
      {typed.trim() !== '' && name !== typed.trim() && (
        <p className="text-label text-faint">
          {name === undefined ? 'A name has letters or digits.' : `It will be called ${name}.`}
        </p>
      )}
      <Line label="Precision">
        <Select name="Precision" value={precision} options={IMPORT_PRECISIONS} onChange={setPrecision} />
      </Line>
      <p className="-mt-2 text-label text-faint">
        {what === undefined ? '' : what[0]?.toUpperCase() + what.slice(1)}
        {precision === 'published' ? '.' : '; what it costs in exactness is measured and shown.'}
      </p>
      <Line label="Files">
        <Segments name="Files" value={keep} options={KEEPS} onChange={setKeep} />
      </Line>
      <div className="flex justify-end gap-2 pt-1">
        <Button onClick={forgetGiven}>Cancel</Button>
        <Button look="primary" type="submit" disabled={typed.trim() !== '' && name === undefined}>
          Import
        </Button>
      </div>
    </form>
  )
}

function Line({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6rem_1fr] items-center gap-3">
      <span className="text-muted">{label}</span>
      <div className="min-w-0">{children}</div>
    </div>
  )
}
