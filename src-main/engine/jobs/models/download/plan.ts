import { join } from 'node:path'
import { ModelPart } from '#shared/engine/models'
import { pageOf, type Offer, type Repository } from '#shared/released/catalogue'
import type { DownloadPlan, LocalParts, PlannedPart } from '#shared/schema/download'
import { freeSpace, requireSpace } from '../../../files/disk-space'
import { freeFolder } from '../install'
import { installedFiles } from './installed-files'
import { sizeOnDisk, type FileOrder } from '../../../hub/fetch-file'
import { HubError } from '../../../hub/hub-error'
import { planRepository, type Asking } from '../../../hub/plan-repository'

/** Where downloads lie until they are imported, and where models lie. */
export interface DownloadFolders {
  readonly downloads: string
  readonly models: string
}

/** Where a repository's files go: a folder of their own below the folder of downloads. */
const folderOf = (downloads: string, repository: string): string => join(downloads, repository.replace('/', '--'))

/**
 * Asks the hub what an offer would fetch: exact files and sizes, and what of them is here already. A gated part without a token is
 * told before anything is asked. `local` parts are not downloaded. Throws HubError, or the signal's reason.
 */
export async function planDownload(
  offer: Offer,
  local: LocalParts,
  folders: DownloadFolders,
  asking: Asking,
): Promise<DownloadPlan> {
  const { downloads, models } = folders
  // What could not be installed is not fetched.
  freeFolder(models, offer.name)
  const wanted = ModelPart.options.flatMap((part): [ModelPart, Repository][] => {
    const repository = offer.parts[part]
    return repository === undefined || local[part] !== undefined ? [] : [[part, repository]]
  })
  for (const [, repository] of wanted) refuseLocked(repository, asking)
  const parts: PlannedPart[] = []
  for (const [part, repository] of wanted) parts.push(await planPart(part, repository, folders, asking))
  const files = parts.flatMap((part) => part.files)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return {
    model: offer.name,
    title: offer.title,
    hub: asking.endpoint.url,
    parts,
    local,
    folder: downloads,
    bytes,
    missing: bytes - files.reduce((sum, file) => sum + file.have, 0),
    free: freeSpace(downloads),
  }
}

/** A mirror may give gated files to everybody; the hub itself gives them for a token. */
function refuseLocked(repository: Repository, { endpoint }: Asking): void {
  const page = pageOf(repository)
  if (!repository.gated || endpoint.token !== undefined || endpoint.url !== new URL(page).origin) return
  throw new HubError(
    'hub.gated',
    `${repository.name} (${repository.what}) is given only to those who have accepted its licence, the ${repository.licence}.`,
    `Accept it on ${page} and give an access token of that account, or name a folder of this machine that holds it.`,
    page,
  )
}

async function planPart(
  part: ModelPart,
  repository: Repository,
  { downloads, models }: DownloadFolders,
  asking: Asking,
): Promise<PlannedPart> {
  const { revision, licence, files } = await planRepository(repository, asking)
  const folder = folderOf(downloads, repository.name)
  const installed = installedFiles(models)
  const planned = files.map(async (file) => {
    const have = installed.has(file.checksum.hex) ? file.bytes : await sizeOnDisk({ file, target: join(folder, file.path) })
    return { ...file, have }
  })
  return {
    part,
    repository: repository.name,
    what: repository.what,
    revision,
    licence:
      licence === undefined || isSame(licence, repository.licence)
        ? repository.licence
        : `${repository.licence} (the hub: ${licence})`,
    page: pageOf(repository),
    gated: repository.gated,
    files: await Promise.all(planned),
  }
}

/** The files of a plan with the places they go to; of those that another model has, where they are. */
export function ordersOf({ parts, folder }: DownloadPlan, models: string): FileOrder[] {
  const installed = installedFiles(models)
  return parts.flatMap(({ repository, revision, files }) =>
    files.map((file) => {
      const known = installed.get(file.checksum.hex)
      const target = join(folderOf(folder, repository), file.path)
      return { repository, revision, file, target, ...(known === undefined ? {} : { known }) }
    }),
  )
}

/** What the parts of a plan are imported from: a folder each, or the one file of the transformer. */
export function partPaths({ parts, folder, local }: DownloadPlan): Partial<Record<ModelPart, string>> {
  const fetched = parts.map(({ part, repository, files }) => {
    const home = folderOf(folder, repository)
    const [only] = files
    return [part, part === 'transformer' && only !== undefined && files.length === 1 ? join(home, only.path) : home] as const
  })
  return { ...Object.fromEntries(fetched), ...local }
}

/** Throws EngineError `file.disk-full` where what is missing does not fit, with a little left for the system. */
export function requireRoom({ folder, missing }: DownloadPlan): void {
  const SPARE = 64 * 1024 * 1024
  requireSpace(folder, missing + (missing > 0 ? SPARE : 0))
}

/** The same licence, however it is spelt: "apache-2.0", "Apache-2.0". */
const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
