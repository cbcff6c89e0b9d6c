import type { DataSettings, DatasetPicture, DatasetReport, PictureProblem } from '#shared/schema/dataset'
import { centredCrop, keyOf, naturalBucket, planBuckets, type BucketRule } from './bucket'
import { withTrigger } from './caption'
import type { PictureFacts } from './examine'
import { nearDuplicates } from './likeness'
import type { FolderPicture } from './read-folder'

/** A picture of the folder after it was looked at, or what kept it from being read. */
export interface Examined {
  readonly picture: FolderPicture
  /** sha256 of its content. */
  readonly content: string
  readonly facts: PictureFacts | { readonly broken: string }
}

/** What a model asks of its pictures and captions. */
export interface ModelDemand {
  readonly rule: BucketRule
  /** The side that it was trained at, for judging what is small. */
  readonly nativeSide: number
  /** Class models: the names of the classes. */
  readonly classes?: readonly string[]
  /** Text models: the words of a caption that it does not read. */
  readonly cutWords?: (caption: string) => readonly string[]
}

/** A picture is named small below this share of the side that the model was trained at, and blurred above this measure. */
const SMALL = 0.5
const BLURRED = 0.65

/**
 * What training on a folder would do, as data: pictures with captions, buckets and crops, and everything that may be wrong, with reasons. Pure.
 */
export function reportOf(
  given: { readonly folder: string; readonly examined: readonly Examined[]; readonly notes: readonly string[] },
  settings: DataSettings,
  model: ModelDemand,
  batch: number,
): DatasetReport {
  const taken: Taken[] = []
  const skipped: DatasetReport['skipped'] = []
  for (const each of given.examined) {
    if (settings.edits[each.picture.file]?.excluded) continue
    const outcome = takeOne(each, settings, model)
    if ('kind' in outcome) skipped.push({ file: each.picture.file, problem: outcome })
    else taken.push(outcome)
  }
  const buckets = planBuckets(taken, batch)
  const duplicates = nearDuplicates(taken.map(({ facts }) => facts.likeness))
  const heldOut = heldOutOf(taken, settings.holdOut)
  const pictures = taken.map((each, i): DatasetPicture => {
    const { picture, content, facts, caption, captionFrom, area, classId } = each
    const bucket = buckets[i] ?? each.natural
    const crop = centredCrop(area, bucket)
    const like = taken[duplicates.get(i) ?? -1]?.picture.file
    return {
      file: picture.file,
      content,
      width: facts.width,
      height: facts.height,
      caption: model.classes ? caption : withTrigger(caption, settings.trigger),
      captionFrom,
      repeats: picture.repeats,
      ...(classId === undefined ? {} : { classId }),
      bucket,
      crop: { ...crop, left: crop.left + area.left, top: crop.top + area.top },
      heldOut: heldOut.has(i),
      problems: problemsOf(each, like, settings, model),
    }
  })
  return {
    folder: given.folder,
    pictures,
    skipped,
    buckets: bucketCounts(pictures),
    counts: countsOf(pictures, skipped.length),
    notes: [...given.notes],
  }
}

interface Taken {
  readonly picture: FolderPicture
  readonly content: string
  readonly facts: PictureFacts
  readonly caption: string
  readonly captionFrom: DatasetPicture['captionFrom']
  /** What of the picture is used: all of it, or what the artist chose. */
  readonly area: DatasetPicture['crop']
  readonly size: { readonly width: number; readonly height: number }
  readonly natural: DatasetPicture['bucket']
  readonly repeats: number
  readonly classId?: number
}

function takeOne({ picture, content, facts }: Examined, settings: DataSettings, model: ModelDemand): Taken | PictureProblem {
  if ('broken' in facts) return { kind: 'unreadable', reason: facts.broken }
  const edit = settings.edits[picture.file] ?? {}
  const area = within(edit.crop, facts)
  const natural = naturalBucket(area, model.rule)
  if (!natural) {
    const reason = `It has ${area.width} × ${area.height} pixels; the model needs at least ${model.rule.minSide} a side. Allow making pictures larger to use it.`
    return { kind: 'too-small', reason }
  }
  const classId = model.classes ? classOf(picture.label, model.classes) : undefined
  if (model.classes && classId === undefined) {
    const reason = `Its folder '${picture.label}' is no class: use a number from 0 to ${model.classes.length - 1}, or a name such as "${model.classes[0]}".`
    return { kind: 'no-class', reason }
  }
  const caption = edit.caption?.trim() ?? picture.caption
  const captionFrom = edit.caption === undefined ? picture.captionFrom : caption === '' ? 'nothing' : 'edit'
  const { repeats } = picture
  const known = classId === undefined ? {} : { classId }
  return { picture, content, facts, caption, captionFrom, area, size: area, natural, repeats, ...known }
}

/** A crop that an edit asks for, as far as the picture reaches; the file may have changed since. */
function within(crop: DatasetPicture['crop'] | undefined, { width, height }: PictureFacts): DatasetPicture['crop'] {
  const fits = crop && crop.left + crop.width <= width && crop.top + crop.height <= height
  return fits ? crop : { left: 0, top: 0, width, height }
}

function classOf(label: string, classes: readonly string[]): number | undefined {
  if (/^\d+$/.test(label)) return Number(label) < classes.length ? Number(label) : undefined
  const found = classes.findIndex((name) => name === label || name.split(',').some((part) => part.trim() === label))
  return found < 0 ? undefined : found
}

/** The held-out share, chosen by content: the same pictures whatever they are called, and wherever the folder lies. */
function heldOutOf(taken: readonly Taken[], share: number): ReadonlySet<number> {
  const order = taken.map((_, i) => i).sort((a, b) => ((taken[a]?.content ?? '') < (taken[b]?.content ?? '') ? -1 : 1))
  // At least one stays to be learnt.
  return new Set(order.slice(0, Math.min(taken.length - 1, Math.ceil(share * taken.length))))
}

function problemsOf(
  { facts, caption, size }: Taken,
  like: string | undefined,
  { trigger }: DataSettings,
  model: ModelDemand,
): PictureProblem[] {
  const problems: PictureProblem[] = []
  const least = SMALL * model.nativeSide
  if (Math.sqrt(size.width * size.height) < least) {
    problems.push({
      kind: 'small',
      reason: `${size.width} × ${size.height} pixels; the model draws ${model.nativeSide} × ${model.nativeSide}.`,
    })
  }
  if (facts.blur > BLURRED) {
    problems.push({
      kind: 'blurred',
      reason: `It looks blurred (${facts.blur.toFixed(2)} of 1; sharp pictures have less than ${BLURRED}).`,
    })
  }
  if (facts.pages > 1) problems.push({ kind: 'animated', reason: `It holds ${facts.pages} pictures; only the first is used.` })
  if (like !== undefined) problems.push({ kind: 'near-duplicate', reason: `It looks like ${like}.`, like })
  if (model.classes) return problems
  if (caption === '') {
    const used = trigger === '' ? 'it is learnt without words' : `only '${trigger}' is used`
    problems.push({ kind: 'missing-caption', reason: `It has no caption, and its name says nothing: ${used}.` })
  }
  const words = [...(model.cutWords?.(withTrigger(caption, trigger)) ?? [])]
  if (words.length > 0)
    problems.push({ kind: 'tokens-cut', reason: `The model does not read the end: ${words.join(' ')}`, words })
  return problems
}

function bucketCounts(pictures: readonly DatasetPicture[]): DatasetReport['buckets'] {
  const found = new Map<string, DatasetReport['buckets'][number]>()
  for (const { bucket, repeats, heldOut } of pictures) {
    if (heldOut) continue
    const before = found.get(keyOf(bucket))
    found.set(keyOf(bucket), { ...bucket, pictures: (before?.pictures ?? 0) + 1, samples: (before?.samples ?? 0) + repeats })
  }
  return [...found.values()].sort((a, b) => b.samples - a.samples)
}

function countsOf(pictures: readonly DatasetPicture[], skipped: number): DatasetReport['counts'] {
  const having = (kind: PictureProblem['kind']): number =>
    pictures.filter(({ problems }) => problems.some((problem) => problem.kind === kind)).length
  const trained = pictures.filter(({ heldOut }) => !heldOut)
  return {
    pictures: pictures.length,
    samples: trained.reduce((sum, { repeats }) => sum + repeats, 0),
    heldOut: pictures.length - trained.length,
    skipped,
    missingCaptions: having('missing-caption'),
    cutCaptions: having('tokens-cut'),
    nearDuplicates: having('near-duplicate'),
    small: having('small'),
    blurred: having('blurred'),
  }
}
