import { createHash } from 'node:crypto'
import type { DatasetReport } from '#shared/schema/dataset'
import type { FinetuneConfig } from '#shared/schema/run'

/** A hash of everything about the data that decides which sample comes when: the same hash, the same samples. */
export function dataIdentity({ pictures }: DatasetReport, { data, training, preserve }: FinetuneConfig): string {
  const { shuffleTags, keepTags, captionDropout, flip, background } = data
  const settings = { shuffleTags, keepTags, captionDropout, flip, background, batch: training.batch, seed: training.seed }
  const rows = pictures.map(({ file, content, caption, repeats, classId, bucket, crop, heldOut }) => [
    file,
    content,
    caption,
    repeats,
    classId ?? null,
    bucket,
    crop,
    heldOut,
  ])
  return createHash('sha256')
    .update(JSON.stringify(preserve.pictures > 0 ? [settings, rows, preserve] : [settings, rows]))
    .digest('hex')
}
