import { LAB_NAMES } from '#shared/schema/lab-settings'
import { experiments } from '../../engine/jobs/lab/table'
import type { Terminal } from '../terminal'

/** Prints every experiment with what it shows. */
export function listExperiments(terminal: Terminal, json: boolean): void {
  const all = LAB_NAMES.map((name) => experiments[name])
  if (json) return terminal.answer(JSON.stringify(all.map(({ name, title, about }) => ({ name, title, about }))))
  const widest = Math.max(...all.map(({ name }) => name.length))
  for (const { name, about } of all) terminal.answer(`${name.padEnd(widest)}  ${about}`)
}
