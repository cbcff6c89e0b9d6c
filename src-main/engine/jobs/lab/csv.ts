import type { LabColumn, LabResult } from '#shared/schema/lab'

/** A result's table as CSV (RFC 4180): a line of column titles with units, then the rows with all their digits. */
export function labCsv({ columns, rows }: Pick<LabResult, 'columns' | 'rows'>): string {
  const lines = [columns.map(headOf), ...rows.map((row) => columns.map(({ key }) => String(row[key] ?? '')))]
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')
}

function headOf({ title, unit }: LabColumn): string {
  return unit === undefined ? title : `${title} (${unit})`
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
