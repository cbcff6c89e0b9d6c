import { useEffect } from 'react'
import { recipeFromFiles } from '../../actions/exchange'

/** A picture file that is dropped anywhere gives its recipe, unless what it is dropped on takes it otherwise. */
export function useDroppedRecipe(): void {
  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault()
    }
    const onDrop = (event: DragEvent) => {
      if (event.defaultPrevented || event.dataTransfer === null || event.dataTransfer.files.length === 0) return
      event.preventDefault()
      void recipeFromFiles([...event.dataTransfer.files])
    }
    document.addEventListener('dragover', onDragOver)
    document.addEventListener('drop', onDrop)
    return () => {
      document.removeEventListener('dragover', onDragOver)
      document.removeEventListener('drop', onDrop)
    }
  }, [])
}
