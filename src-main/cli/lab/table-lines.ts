import type { LabColumn, LabResult, LabRow } from '#shared/schema/lab'

/** A result's table for a terminal: a line of titles, then the rows; then what it means and the published figures. */
export function tableLines({ columns, rows, findings, published }: LabResult): string[] {
  const filled = columns.filter(({ key }) => rows.some((row) => row[key] !== null && row[key] !== undefined && row[key] !== ''))
  const cells = [filled.map(titleOf), ...rows.map((row) => filled.map((column) => cellOf(row, column)))]
  const widths = filled.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)))
  const table = cells.map((line) => line.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  '))
  return [
    ...table,
    ...(findings.length > 0 ? ['', ...findings] : []),
    ...(published.length > 0 ? ['', 'Published, of other models and data:'] : []),
    ...published.map(({ what, value, unit, source }) => `  ${what}: ${value}${unit === 'share' ? '' : ` ${unit}`} (${source})`),
  ]
}

function titleOf({ title, unit }: LabColumn): string {
  return unit === undefined ? title : `${title}, ${unit}`
}

function cellOf(row: LabRow, { key, digits }: LabColumn): string {
  const value = row[key]
  if (typeof value !== 'number') return String(value ?? '–')
  return digits === undefined ? String(value) : value.toFixed(digits)
}
