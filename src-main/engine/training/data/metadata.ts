import { z } from 'zod'

/** What a row of metadata.jsonl says of a picture. */
export interface MetadataRow {
  readonly file: string
  readonly caption?: string
  readonly label?: string
}

/** Columns that hold the caption, the first that a row has. `text` is the imagefolder convention's. */
const CAPTIONS = ['text', 'caption', 'prompt', 'additional_feature']
const LABELS = ['label', 'class']

const Row = z.looseObject({ file_name: z.string().min(1).max(4096) })

/**
 * Reads the lines of a metadata.jsonl (imagefolder convention of datasets: `file_name`, and a column for the caption). Lines that
 * cannot be read are named and left out.
 */
export function readMetadata(text: string): { readonly rows: readonly MetadataRow[]; readonly notes: readonly string[] } {
  const rows: MetadataRow[] = []
  const notes: string[] = []
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return
    const row = Row.safeParse(parsed(line))
    if (!row.success) return void notes.push(`line ${i + 1} has no file_name and is left out`)
    const { file_name: file } = row.data
    const caption = CAPTIONS.map((name) => row.data[name]).find((value) => typeof value === 'string')
    const label = LABELS.map((name) => row.data[name]).find((value) => typeof value === 'string' || typeof value === 'number')
    rows.push({
      file: file.replaceAll('\\', '/').replace(/^(\.\/)+/, ''),
      ...(caption === undefined ? {} : { caption }),
      ...(label === undefined ? {} : { label: String(label) }),
    })
  })
  return { rows, notes }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}
