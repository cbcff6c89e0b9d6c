import type { DownloadPlan, PlannedPart } from '#shared/schema/download'
import { useEffect, useState } from 'react'
import { loadToken, startDownload, takePartFromFolder } from '../../actions/models'
import type { Failure } from '#shared/ipc/failure'
import { useSettings } from '../../state/settings'
import { useModelWork } from '../../state/model-work'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Notice } from '../../ui/notice'
import { Select } from '../../ui/select'
import { byteSize } from '../../words/dimensions'
import { PRECISIONS } from '../../words/precision'
import { IMPORT_PRECISIONS } from './import-dialog'
import { TokenField } from './token-field'

interface DownloadDialogProps {
  readonly open: boolean
  readonly onClose: () => void
}

/** Everything that a download would fetch, before anything is fetched. */
export function DownloadDialog({ open, onClose }: DownloadDialogProps) {
  const download = useModelWork((state) => state.download)
  const plan = download.is === 'planned' ? download.plan : undefined
  return (
    <Dialog
      title={plan === undefined ? 'Released model' : `Get ${plan.title}`}
      open={open}
      onOpenChange={(next) => !next && onClose()}
      className="w-160"
    >
      {plan === undefined ? (
        <p className="p-4 text-muted" role="status">
          Asking for files and sizes…
        </p>
      ) : (
        <Plan plan={plan} onClose={onClose} />
      )}
    </Dialog>
  )
}

function Plan({ plan, onClose }: { readonly plan: DownloadPlan; readonly onClose: () => void }) {
  const [precision, setPrecision] = useState<string>(useSettings.getState().importPrecision ?? 'published')
  const [failure, setFailure] = useState<Failure>()
  const token = useModelWork((state) => state.token)
  useEffect(() => void loadToken(), [])
  const gated = plan.parts.some((part) => part.gated)
  const enough = plan.missing < plan.free
  const start = () => {
    void startDownload(plan.model, PRECISIONS.find(({ value }) => value === precision)?.value)
    onClose()
  }
  return (
    <>
      <div className="flex min-h-0 flex-col gap-4 overflow-y-auto p-4" tabIndex={0} role="group" aria-label="What is downloaded">
        {plan.parts.map((part) => (
          <Part key={part.part} part={part} plan={plan} onFailure={setFailure} />
        ))}
        {gated && token !== undefined && <TokenField token={token} />}
        {failure !== undefined && (
          <Notice
            message={failure.message}
            remedy={failure.remedy}
            detail={failure.detail}
            onClose={() => setFailure(undefined)}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-3 border-t border-line p-4">
        <p className="min-w-0 flex-1 text-label" data-selectable>
          <span className="text-body font-medium">{byteSize(plan.missing)} to download</span>
          {plan.missing < plan.bytes && ` of ${byteSize(plan.bytes)}; the rest is here`}
          <br />
          <span className="text-muted">
            from {plan.hub} · {byteSize(plan.free)} free on the disk
          </span>
        </p>
        <div className="w-36">
          <Select name="Precision" value={precision} options={IMPORT_PRECISIONS} onChange={setPrecision} />
        </div>
        <Button look="primary" className="h-8 px-4" disabled={!enough} onClick={start}>
          Download
        </Button>
      </div>
      {!enough && <p className="px-4 pb-4 text-label">There is not enough room on the disk: free some, then look again.</p>}
    </>
  )
}

interface PartProps {
  readonly part: PlannedPart
  readonly plan: DownloadPlan
  readonly onFailure: (failure: Failure | undefined) => void
}

function Part({ part, plan, onFailure }: PartProps) {
  const take = async () => onFailure(await takePartFromFolder(plan.model, part.part, plan.local))
  return (
    <section aria-label={part.what} className="flex flex-col gap-1">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="font-medium">{part.what[0]?.toUpperCase() + part.what.slice(1)}</h3>
        <Button look="quiet" onClick={() => void take()}>
          I have it on this disk…
        </Button>
      </div>
      <p className="text-label text-muted" data-selectable>
        {part.repository} · licence: {part.licence}
        {part.gated && ' · to be accepted on its page first'}
        <br />
        {part.page}
      </p>
      <ul className="text-label" data-selectable>
        {part.files.map(({ path, bytes, have }) => (
          <li key={path} className="flex justify-between gap-3">
            <span className="min-w-0 break-all">{path}</span>
            <span className="shrink-0 text-muted">
              {byteSize(bytes)}
              {have > 0 && (have >= bytes ? ', here' : `, ${byteSize(have)} here`)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
