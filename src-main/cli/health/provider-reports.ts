import { fork } from 'node:child_process'
import type { Provider } from '#shared/schema/recipe'
import { isCarried, PROVIDERS } from '../../engine/jobs/health/providers'

/** What came of a provider's tiny network. */
export interface ProviderReport {
  readonly provider: Provider
  readonly available: boolean
  /** How it did, or why it cannot be used. */
  readonly note: string
}

/** A driver that answers at all does so in a few seconds, a software one too. */
const PATIENCE_MS = 60_000

/** Results further off than this are wrong, not merely rounded. */
const LARGEST_ERROR = 1e-3

/** Tries every provider, each in a process of its own: a driver that crashes takes only that one down. */
export async function reportProviders(): Promise<ProviderReport[]> {
  const reports: ProviderReport[] = []
  for (const provider of PROVIDERS) {
    const carried = isCarried(provider)
    reports.push(carried.carried ? await tryProvider(provider) : { provider, available: false, note: carried.why })
  }
  return reports
}

/** What the child says: the check's figures, or the error it met. */
export type CheckMessage =
  | { readonly ok: true; readonly error: number; readonly createMs: number; readonly runMs: number }
  | { readonly ok: false; readonly why: string }

async function tryProvider(provider: Provider): Promise<ProviderReport> {
  const found = await inChild(provider)
  if (!found.ok) return { provider, available: false, note: found.why }
  const { error, createMs, runMs } = found
  if (!(error <= LARGEST_ERROR)) {
    return {
      provider,
      available: false,
      note: `computes wrong numbers (relative error ${error.toExponential(1)}): do not use it`,
    }
  }
  const speed = `starts in ${Math.round(createMs)} ms, runs a tiny network in ${runMs.toFixed(1)} ms`
  return { provider, available: true, note: `${speed}, relative error ${error.toExponential(1)}` }
}

function inChild(provider: Provider): Promise<CheckMessage> {
  return new Promise((resolve) => {
    const program = process.argv[1] ?? ''
    const child = fork(program, ['doctor', '--check', provider], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let said = ''
    let message: CheckMessage | undefined
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    child.stderr?.on('data', (bytes: Buffer) => (said += bytes.toString()))
    child.on('message', (given) => (message = given as CheckMessage))
    child.on('error', (error) => resolve({ ok: false, why: error.message }))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve(message ?? { ok: false, why: crash(code, signal, said) })
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
