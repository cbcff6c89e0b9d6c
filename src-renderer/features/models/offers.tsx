import type { OfferCard } from '#shared/schema/download'
import { Download } from 'lucide-react'
import { cancelDownload, planDownload } from '../../actions/models'
import { useModelWork } from '../../state/model-work'
import { showProblem } from '../../state/problems'
import { Button } from '../../ui/button'
import { Notice } from '../../ui/notice'
import { Progress } from '../../ui/progress'
import { downloadTitle, progressWords, shareOf } from './work-words'

interface OffersProps {
  /** Opens what is planned. */
  readonly onLook: () => void
}

/** The released models: nothing is asked of anybody before a button is pressed, and nothing fetched before the plan was seen. */
export function Offers({ onLook }: OffersProps) {
  const offers = useModelWork((state) => state.offers) ?? []
  if (offers.length === 0) return null
  return (
    <section aria-label="Released models" className="flex flex-col gap-3">
      <div>
        <h2 className="font-semibold">Released models</h2>
        <p className="text-label text-muted">
          From huggingface.co, only when you ask for them. You see every file, its size and its licence first.
        </p>
      </div>
      <DownloadReport onLook={onLook} />
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] gap-3">
        {offers.map((offer) => (
          <Offer key={offer.name} offer={offer} onLook={onLook} />
        ))}
      </ul>
    </section>
  )
}

function Offer({ offer, onLook }: { readonly offer: OfferCard } & OffersProps) {
  const download = useModelWork((state) => state.download)
  const busy = download.is === 'running' || download.is === 'planning'
  const asking = download.is === 'planning' && download.model === offer.name
  const look = async () => {
    const failure = await planDownload(offer.name)
    if (failure === undefined) onLook()
    else showProblem('downloads', failure)
  }
  return (
    <li aria-label={offer.title} className="flex flex-col gap-2 rounded-control border border-line bg-panel p-4">
      <h3 className="font-semibold">{offer.title}</h3>
      <p className="text-label text-muted">{offer.what}</p>
      <p className="text-label text-faint">
        {offer.parts.map(({ what, licence }) => `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}: ${licence}`).join('. ')}.
      </p>
      <Button className="mt-auto self-start" disabled={busy} onClick={() => void look()}>
        <Download className="size-4" aria-hidden="true" />
        {asking ? 'Asking for files and sizes…' : nameOf(offer)}
      </Button>
    </li>
  )
}

/** What the button says: the largest one by its own name. */
function nameOf({ name, title }: OfferCard): string {
  return name === 'tim-t2i' ? 'Get the full TiM (865 M)' : `Get ${title}`
}

/** The download that runs, or how the last one ended. */
function DownloadReport({ onLook }: OffersProps) {
  const download = useModelWork((state) => state.download)
  if (download.is === 'running') {
    const { plan, progress, notes } = download
    return (
      <div
        role="status"
        aria-label={`Download of ${plan.title}`}
        className="flex flex-col gap-1.5 rounded-control border border-line bg-panel p-4"
      >
        <div className="flex items-center justify-between gap-2">
          <span className="font-medium">
            {plan.title}: {downloadTitle(progress)}
          </span>
          <Button onClick={() => void cancelDownload()}>Cancel</Button>
        </div>
        <Progress name={`Download of ${plan.title}`} share={shareOf(progress)} />
        <p className="text-label break-words text-muted">{[progressWords(progress), ...notes].filter(Boolean).join(' · ')}</p>
      </div>
    )
  }
  if (download.is === 'failed') {
    const { failure, model } = download
    const stopped = failure.code === 'cancelled'
    const again = async () => {
      if ((await planDownload(model)) === undefined) onLook()
    }
    return (
      <Notice
        message={stopped ? 'The download was stopped.' : failure.message}
        remedy={stopped ? 'What has arrived is kept.' : failure.remedy}
        detail={failure.detail}
        action={{ title: stopped ? 'Go on' : 'Try again', run: () => void again() }}
        onClose={() => void cancelDownload()}
      />
    )
  }
  if (download.is === 'installed') {
    return (
      <p role="status" className="rounded-control border border-line bg-panel px-4 py-2" data-selectable>
        “{download.name}” is ready to draw. {download.notes.join(' ')}
      </p>
    )
  }
  return null
}
