import type { DeviceVerdict } from '#shared/schema/device'
import { Check, Minus } from 'lucide-react'
import { testDevices } from '../../actions/devices'
import { useDevices } from '../../state/devices'
import { useEngine } from '../../state/engine'
import { useModels } from '../../state/models'
import { Button } from '../../ui/button'
import { byteSize } from '../../words/dimensions'
import { providerName } from '../../words/providers'

/** What of this machine draws, how fast it is, and why the rest does not. */
export function DevicePanel() {
  const devices = useDevices((state) => state.devices)
  if (devices === undefined) return null
  const { processor, cores, memoryBytes, verdicts, testing } = devices
  return (
    <section aria-label="This machine" className="flex flex-col gap-3">
      <h2 className="font-semibold">This machine</h2>
      <p className="text-label text-muted" data-selectable>
        {processor}, {cores} {cores === 1 ? 'core' : 'cores'}, {byteSize(memoryBytes)} of memory
      </p>
      <ul className="flex flex-col gap-2">
        {verdicts.length === 0 ? (
          <Untested />
        ) : (
          inOrder(verdicts).map((verdict) => <Device key={verdict.provider} {...verdict} />)
        )}
      </ul>
      <div className="flex flex-col items-start gap-1.5">
        <Button disabled={testing} onClick={() => void testDevices()}>
          {testing ? 'Testing…' : verdicts.length === 0 ? 'Test now' : 'Test again'}
        </Button>
        <p className="text-label text-muted">
          {testing ? 'This takes up to a minute; drawing goes on.' : 'Which one draws is chosen under Settings.'}
        </p>
      </div>
    </section>
  )
}

/** What works first, the fastest of it first. */
function inOrder(verdicts: readonly DeviceVerdict[]): DeviceVerdict[] {
  return [...verdicts].sort((a, b) => Number(b.works) - Number(a.works) || b.gflops - a.gflops)
}

function Untested() {
  return (
    <li className="text-label text-muted">
      The processor draws. Other devices are tested in the background, shortly after the studio’s first start.
    </li>
  )
}

function Device({ provider, works, note, gflops, refusals }: DeviceVerdict) {
  const models = useModels((state) => state.models) ?? []
  const running = useEngine(({ engine }) => ('providers' in engine ? engine.providers : []))
  const draws = models.filter((model) => model.provider === provider && model.state.is === 'ready').map(({ title }) => title)
  const Icon = works ? Check : Minus
  return (
    <li className="flex gap-2">
      <Icon className={works ? 'mt-0.5 size-4 shrink-0 text-accent' : 'mt-0.5 size-4 shrink-0 text-faint'} aria-hidden="true" />
      <div className="min-w-0 flex-1 text-label">
        <p className="flex justify-between gap-2 text-body">
          {providerName(provider)}
          <span className="text-label text-muted">{works ? `${Math.round(gflops)} GFLOP/s` : 'unavailable'}</span>
        </p>
        <p className="break-words text-muted" data-selectable>
          {sentence(note)}
        </p>
        {works && draws.length > 0 && running.includes(provider) && <p className="text-muted">Draws {draws.join(', ')}.</p>}
        {Object.entries(refusals ?? {}).map(([model, why]) => (
          <p key={model} className="break-words text-muted">
            Not with {model.split(/[\\/]/).at(-1)}: {why}
          </p>
        ))}
      </div>
    </li>
  )
}

/** A note as a sentence. */
function sentence(note: string): string {
  const [first = '', ...rest] = note.trim()
  const text = first.toUpperCase() + rest.join('')
  return /[.!?]$/.test(text) ? text : `${text}.`
}
