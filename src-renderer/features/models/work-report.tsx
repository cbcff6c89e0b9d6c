import type { ModelWork } from '#shared/schema/model-work'
import { CircleCheck, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { cancelModelWork, importModel } from '../../actions/models'
import { useModelWork } from '../../state/model-work'
import { IconButton } from '../../ui/icon-button'
import { Notice } from '../../ui/notice'
import { byteSize } from '../../words/dimensions'
import { errorShare } from '../../words/precision'
import { WorkLine } from './work-line'

const PARTS = { transformer: 'its network', autoencoder: 'the autoencoder', text: 'the text encoder' } as const

/** The import that runs, and how the last work on a model ended. */
export function WorkReport() {
  const work = useModelWork((state) => state.work)
  const order = useModelWork((state) => state.order)
  switch (work.is) {
    case 'none':
      return null
    case 'running':
      return work.work === 'import' ? <Importing work={work} /> : null
    case 'failed': {
      const again = work.work === 'import' && order !== undefined
      const title = work.failure.code === 'cancelled' ? 'Go on' : 'Try again'
      return (
        <Notice
          message={work.failure.code === 'cancelled' ? `“${work.model}” was stopped.` : work.failure.message}
          remedy={work.failure.code === 'cancelled' ? 'What was done so far is kept.' : work.failure.remedy}
          detail={work.failure.detail}
          action={again ? { title, run: () => void importModel(order) } : undefined}
          onClose={() => void cancelModelWork()}
        />
      )
    }
    case 'imported':
      return (
        <Ended>
          “{work.name}” is ready to draw{work.error !== undefined && `, ${errorShare(work.error)} from the original`}.{' '}
          {work.notes.join(' ')}
        </Ended>
      )
    case 'verified':
      return (
        <Ended>
          “{work.model}” is whole: {work.files} {work.files === 1 ? 'file' : 'files'}, {byteSize(work.bytes)}, every checksum as
          it should be.
        </Ended>
      )
    case 'removed':
      return (
        <Ended>
          “{work.model}” is removed, {byteSize(work.freed)} are free.
          {work.kept.length > 0 && ` Other models use ${work.kept.map((part) => PARTS[part]).join(' and ')}, which stays.`}
        </Ended>
      )
  }
}

function Importing({ work }: { readonly work: Extract<ModelWork, { is: 'running' }> }) {
  return (
    <section aria-label={`Import of ${work.model}`} className="rounded-control border border-line bg-panel p-4">
      <h3 className="font-semibold break-words">{work.model}</h3>
      <WorkLine work={work} />
      {work.notes.map((note) => (
        <p key={note} className="mt-1 text-label text-muted">
          {note}
        </p>
      ))}
    </section>
  )
}

function Ended({ children }: { readonly children: ReactNode }) {
  return (
    <div role="status" className="flex items-start gap-2 rounded-control border border-line bg-panel py-1.5 pr-1 pl-3">
      <CircleCheck className="mt-1 size-4 shrink-0 text-accent" aria-hidden="true" />
      <p className="min-w-0 flex-1 py-0.5 break-words" data-selectable>
        {children}
      </p>
      <IconButton icon={X} name="Close" onClick={() => void cancelModelWork()} />
    </div>
  )
}
