import type { Failure } from '#shared/ipc/failure'
import type { TokenState } from '#shared/schema/download'
import { useState } from 'react'
import { forgetToken, keepToken } from '../../actions/models'
import { Button } from '../../ui/button'
import { Notice } from '../../ui/notice'

/** The access token of the hub, for files whose licence has to be accepted. Kept by the system's keyring; never shown again. */
export function TokenField({ token }: { readonly token: TokenState }) {
  const [typed, setTyped] = useState('')
  const [failure, setFailure] = useState<Failure>()
  const keep = async () => {
    const wrong = await keepToken(typed)
    setFailure(wrong)
    if (wrong === undefined) setTyped('')
  }
  return (
    <section aria-label="Access token" className="flex flex-col gap-1.5 rounded-control border border-line p-3">
      <h3 className="font-medium">Access token of huggingface.co</h3>
      <p className="text-label text-muted">
        One part is given only to accounts that have accepted its licence. Accept it on its page, make a token there that may
        read, and paste it here. It is sealed by this system’s keyring and given to huggingface.co alone.
      </p>
      {token.has ? (
        <div className="flex items-center gap-3">
          <span className="flex-1">A token is kept.</span>
          <Button onClick={() => void forgetToken()}>Forget it</Button>
        </div>
      ) : token.objection !== null ? (
        <p className="text-label">{token.objection}</p>
      ) : (
        <form
          className="flex gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            void keep()
          }}
        >
          <input
            type="password"
            aria-label="Access token"
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            placeholder="hf_…"
            className="field h-7 min-w-0 flex-1 px-2"
          />
          <Button type="submit" disabled={typed.trim() === ''}>
            Keep
          </Button>
        </form>
      )}
      {failure !== undefined && (
        <Notice message={failure.message} remedy={failure.remedy} onClose={() => setFailure(undefined)} />
      )}
    </section>
  )
}
