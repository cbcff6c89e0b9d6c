import { existsSync } from 'node:fs'
import type { Provider } from '#shared/schema/recipe'
import { checkDevice } from '../../engine/jobs/health/check-device'
import { keepVerdicts } from '../../engine/jobs/health/device-report'
import { dataFolder, foldersIn } from '../../library/folders'
import { Unhealthy } from '../explain'
import type { Terminal } from '../terminal'
import { libraryReport } from './library-report'
import { diskReport, machineReport, type Finding } from './machine-report'
import { reportProviders } from './provider-reports'

/** Prints the whole report. Throws Unhealthy where something needs the reader. */
export async function examine(terminal: Terminal, json: boolean): Promise<void> {
  const providers = await reportProviders()
  const folder = dataFolder()
  if (existsSync(folder)) await keepVerdicts(foldersIn(folder).devices, providers)
  const findings: Finding[] = [
    ...machineReport(),
    ...diskReport(),
    ...(await libraryReport()),
    ...providers.map(({ provider, works, note, fused, f16 }) => ({
      name: `provider ${provider}`,
      value: works
        ? [note, ...fused.map((op) => `fused ${op}`), ...(f16 ? ['16-bit floats'] : [])].join(', ')
        : `unavailable: ${note}`,
      // A machine without a graphics card is a healthy one; the CPU must work.
      bad: !works && (provider === 'cpu' || note.includes('wrong numbers')),
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

/** The child's part: tests one provider and tells the parent. */
export async function checkOne(provider: Provider): Promise<void> {
  const verdict = await checkDevice(provider)
  await new Promise<void>((resolve) => (process.send ? process.send(verdict, () => resolve()) : resolve()))
}
