import { useEffect, useState } from 'react'

/** Whether X is held, which shows the two compared pictures the other way round. */
export function useFlipped(): boolean {
  const [flipped, setFlipped] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest('input, textarea') !== null
      if (event.key.toLowerCase() === 'x' && !event.ctrlKey && !event.metaKey && !typing) setFlipped(event.type === 'keydown')
    }
    const release = () => setFlipped(false)
    window.addEventListener('keydown', onKey)
    window.addEventListener('keyup', onKey)
    window.addEventListener('blur', release)
    return () => {
      window.removeEventListener('keydown', onKey)
      window.removeEventListener('keyup', onKey)
      window.removeEventListener('blur', release)
    }
  }, [])
  return flipped
}
