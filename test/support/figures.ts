import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'

/** What some work costs, in milliseconds: the best of several runs. */
export interface Cost {
  readonly wall: number
  /** All threads of this process together. */
  readonly cpu: number
}

/**
 * The cheapest of `runs` runs. Either number bounds what a quiet machine needs from above: wall, because nothing runs faster
 * beside other programs, and cpu, because work that never waits is done at the latest when one core alone has done it.
 */
export async function cheapest(runs: number, work: () => Promise<unknown>): Promise<Cost> {
  let best: Cost = { wall: Infinity, cpu: Infinity }
  for (let i = 0; i < runs; i++) {
    const [cpu, wall] = [process.cpuUsage(), performance.now()]
    await work()
    const spent = process.cpuUsage(cpu)
    best = { wall: Math.min(best.wall, performance.now() - wall), cpu: Math.min(best.cpu, (spent.user + spent.system) / 1000) }
  }
  return best
}

/** An upper bound of what a quiet machine needs. */
export function bound({ wall, cpu }: Cost): number {
  return Math.min(wall, cpu)
}

/** One measured figure: what, how much, and the bar it is held against. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly bar?: { readonly atMost: number } | { readonly atLeast: number }
  readonly note?: string
}

/** Whether a figure keeps its bar. */
export function keeps({ value, bar }: Figure): boolean {
  if (bar === undefined) return true
  return 'atMost' in bar ? value <= bar.atMost : value >= bar.atLeast
}

const folder = join(import.meta.dirname, '..', 'bench', 'figures')

/** Prints figures as a table and keeps them in test/bench/figures/NAME.json with the machine they were measured on. */
export function record(name: string, figures: readonly Figure[]): void {
  const machine = {
    cpu: cpus()[0]?.model.trim(),
    cores: cpus().length,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    node: process.versions.node,
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ machine, figures }, undefined, 2)}\n`)
  const rows = figures.map((figure) => {
    const { what, value, unit, bar, note } = figure
    const limit = bar === undefined ? '' : 'atMost' in bar ? `≤ ${bar.atMost}` : `≥ ${bar.atLeast}`
    return [what, `${Number(value.toPrecision(3))} ${unit}`, limit, keeps(figure) ? '' : 'MISSED', note ?? '']
  })
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
  console.log([`${name} (${machine.cores} × ${machine.cpu}, load ${machine.load})`, ...lines].join('\n'))
}
