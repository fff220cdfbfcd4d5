namespace Kms.Protocol;

/// <summary>
/// Lets so many in at a time. Who gives up costs next to nothing: thousands do so at once when a server falls silent, and a
/// semaphore would throw an exception for each.
/// </summary>
/// <param name="places">How many.</param>
internal sealed class Gate(int places)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource<bool>> _waiting = new();
    private int _free = places;

    /// <summary>Waits for a place.</summary>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>Whether there is one, to be given back by <see cref="Leave"/>; false: the wait was cancelled.</returns>
    public async Task<bool> EnterAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return false;
        TaskCompletionSource<bool> turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource<bool>> place;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return true;
            }
            place = _waiting.AddLast(turn);
        }
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(_ => GiveUp(place), null);
        await using (registration.ConfigureAwait(false))
        {
            if (!await turn.Task.ConfigureAwait(false)) return false;
        }
        if (!cancellationToken.IsCancellationRequested) return true;
        Leave(); // its turn came too late
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave()
    {
        TaskCompletionSource<bool> next;
        lock (_lock)
        {
            if (_waiting.First is not { } first)
            {
                _free++;
                return;
            }
            _waiting.RemoveFirst();
            next = first.Value;
        }
        next.SetResult(true);
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource<bool>> place)
    {
        lock (_lock)
        {
            if (place.List is null) return; // its turn has come meanwhile
            _waiting.Remove(place);
        }
        place.Value.SetResult(false);
    }
}
