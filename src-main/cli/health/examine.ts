import type { Provider } from '#shared/schema/recipe'
import { checkProvider } from '../../engine/jobs/health/check-provider'
import { Unhealthy } from '../explain'
import type { Terminal } from '../terminal'
import { libraryReport } from './library-report'
import { diskReport, machineReport, type Finding } from './machine-report'
import { reportProviders, type CheckMessage } from './provider-reports'

/** Prints the whole report. Throws Unhealthy where something needs the reader. */
export async function examine(terminal: Terminal, json: boolean): Promise<void> {
  const providers = await reportProviders()
  const findings: Finding[] = [
    ...machineReport(),
    ...diskReport(),
    ...(await libraryReport()),
    ...providers.map(({ provider, available, note }) => ({
      name: `provider ${provider}`,
      value: available ? note : `unavailable: ${note}`,
      // A machine without a graphics card is a healthy one; the CPU must work.
      bad: !available && (provider === 'cpu' || note.includes('wrong numbers')),
    })),
  ]
  if (json) terminal.answer(JSON.stringify({ findings, providers }))
  else {
    const width = Math.max(...findings.map(({ name }) => name.length))
    for (const { name, value, bad } of findings) terminal.answer(`${bad ? '!' : ' '} ${name.padEnd(width)}  ${value}`)
  }
  const troubles = findings.filter(({ bad }) => bad)
  if (troubles.length > 0) throw new Unhealthy(troubles.map(({ name }) => name))
}

/** The child's part: tries one provider and tells the parent. */
export async function checkOne(provider: Provider): Promise<void> {
  const message = await checkProvider(provider).then(
    (check): CheckMessage => ({ ok: true, ...check }),
    (error: unknown): CheckMessage => ({ ok: false, why: plainReason(error) }),
  )
  await new Promise<void>((resolve) => (process.send ? process.send(message, () => resolve()) : resolve()))
}

/** The runtime's own words without the places of its source. */
function plainReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return (lines[0] ?? text)
    .replace(/^.*\bwas false\. /, '')
    .replace(/^\w+ cannot run this graph: /, '')
    .trim()
}
