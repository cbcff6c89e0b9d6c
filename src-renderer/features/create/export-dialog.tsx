import type { Settings } from '#shared/schema/settings'
import { exportPictures } from '../../actions/exchange'
import { useSettings } from '../../state/settings'
import { useWindow } from '../../state/window'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Segments } from '../../ui/segments'
import { Slider } from '../../ui/slider'

const FORMATS = [
  { value: 'png', label: 'PNG' },
  { value: 'jpeg', label: 'JPEG' },
  { value: 'webp', label: 'WebP' },
] as const

const TELLING = [
  { value: 'with', label: 'With the recipe' },
  { value: 'without', label: 'Picture only' },
] as const

/** Asks for the format of copies for other programs, and whether they tell how they were made. */
export function ExportDialog() {
  const open = useWindow((state) => state.dialog === 'export')
  const ids = useWindow((state) => state.exporting)
  const { format, quality, recipe } = useSettings((state) => state.exportAs)
  const set = (change: Partial<Settings['exportAs']>) =>
    useSettings.setState(({ exportAs }) => ({ exportAs: { ...exportAs, ...change } }))
  const close = () => useWindow.setState({ dialog: undefined })
  return (
    <Dialog
      title={ids.length === 1 ? 'Export the picture' : `Export ${ids.length} pictures`}
      open={open}
      onOpenChange={(next) => !next && close()}
      className="w-110"
    >
      <div className="flex flex-col gap-3 p-4">
        <Segments name="Format" value={format} options={FORMATS} onChange={(chosen) => set({ format: chosen })} />
        {format !== 'png' && (
          <div className="flex items-center gap-3">
            <span className="w-20 shrink-0">Quality {quality}</span>
            <Slider
              names={['Quality']}
              values={[quality]}
              min={30}
              max={100}
              onChange={([chosen]) => set({ quality: chosen ?? quality })}
            />
          </div>
        )}
        <Segments
          name="What the file tells"
          value={recipe ? 'with' : 'without'}
          options={TELLING}
          onChange={(chosen) => set({ recipe: chosen === 'with' })}
        />
        <p className="text-label text-muted">
          {recipe
            ? 'Prompt, seed and settings go into the file: whoever has it can make the picture again.'
            : 'Nothing of how it was made goes into the file.'}
        </p>
        <Button
          look="primary"
          className="h-9"
          onClick={() => {
            close()
            void exportPictures(ids)
          }}
        >
          {ids.length === 1 ? 'Save as…' : 'Save into a folder…'}
        </Button>
      </div>
    </Dialog>
  )
}
