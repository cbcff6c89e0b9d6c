import { keyLabels } from '../commands/keys'

/** A shortcut as keys to press, for example Ctrl ⏎. */
export function Keys({ shortcut }: { readonly shortcut: string }) {
  return (
    <span className="inline-flex items-center gap-0.5 text-tiny text-muted" aria-hidden="true">
      {keyLabels(shortcut).map((label) => (
        <kbd key={label} className="min-w-4 rounded-[4px] border border-line bg-panel px-1 text-center font-sans leading-4">
          {label}
        </kbd>
      ))}
    </span>
  )
}
