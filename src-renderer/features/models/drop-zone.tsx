import { useRef, useState, type DragEvent, type ReactNode } from 'react'
import { takeDroppedModels } from '../../actions/models'

const carriesFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes('Files')

/** Files and folders dropped anywhere on the workspace are imported. */
export function DropZone({ children }: { readonly children: ReactNode }) {
  const [over, setOver] = useState(false)
  // Entering a child tells of it before the parent is left.
  const depth = useRef(0)
  const leave = (by: number) => {
    depth.current = Math.max(0, depth.current - by)
    if (depth.current === 0) setOver(false)
  }
  return (
    <div
      className="relative flex min-h-0 flex-1"
      onDragEnter={(event) => {
        if (!carriesFiles(event)) return
        depth.current++
        setOver(true)
      }}
      onDragLeave={(event) => carriesFiles(event) && leave(1)}
      onDragOver={(event) => {
        if (!carriesFiles(event)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      }}
      onDrop={(event) => {
        if (!carriesFiles(event)) return
        event.preventDefault()
        leave(depth.current)
        void takeDroppedModels([...event.dataTransfer.files])
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-3 z-20 flex items-center justify-center rounded-control border-2 border-dashed border-accent bg-canvas/80">
          <p className="text-prompt">Drop a model’s files or its folder to import it</p>
        </div>
      )}
    </div>
  )
}
