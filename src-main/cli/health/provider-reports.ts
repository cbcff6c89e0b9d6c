import { fork } from 'node:child_process'
import { DeviceVerdict } from '#shared/schema/device'
import { Provider } from '#shared/schema/recipe'
import { absentHere, checkDevice, unusable } from '../../engine/jobs/health/check-device'

/** A driver that answers at all does so in a few seconds, a software one too. */
const PATIENCE_MS = 120_000

/** Tries every provider, each in a process of its own: a driver that crashes takes only that one down. */
export async function reportProviders(): Promise<DeviceVerdict[]> {
  const verdicts: DeviceVerdict[] = []
  for (const provider of Provider.options) verdicts.push(await verdictOn(provider))
  return verdicts
}

/** What one provider is worth here, found out in a process of its own. Never rejects. */
export async function verdictOn(provider: Provider): Promise<DeviceVerdict> {
  // The installed studio runs no program but itself.
  return absentHere(provider) ?? (process.versions['electron'] === undefined ? inChild(provider) : checkDevice(provider))
}

function inChild(provider: Provider): Promise<DeviceVerdict> {
  return new Promise((resolve) => {
    const program = process.argv[1] ?? ''
    const child = fork(program, ['doctor', '--check', provider], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let said = ''
    let verdict: DeviceVerdict | undefined
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    child.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString()))
    child.on('message', (given) => (verdict = DeviceVerdict.safeParse(given).data))
    child.on('error', (error) => resolve(unusable(provider, error.message)))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve(verdict ?? unusable(provider, crash(code, signal, said)))
    })
  })
}

function crash(code: number | null, signal: NodeJS.Signals | null, said: string): string {
  const how =
    signal === 'SIGKILL'
      ? `did not answer in ${PATIENCE_MS / 1000} s`
      : `its driver ended the process (${signal ?? `code ${code}`})`
  const [last] = said.trim().split('\n').slice(-1)
  return last ? `${how}: ${last.slice(0, 300)}` : how
}
