using System.Runtime.InteropServices;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// The requests of neighbours that are being passed on. A neighbour has no more places than are free: one alone gets half of
/// all, and where several take what they can, as many are left as each of them has.
/// </summary>
internal sealed class Relays
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DomainName, int> _underWay = [];
    private int _count;

    /// <summary>How many are under way.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place, to be given back by <see cref="End"/>.</summary>
    /// <returns>False where the neighbour has as many as are free.</returns>
    public bool TryBegin(DomainName neighbour, int places)
    {
        lock (_lock)
        {
            ref int own = ref CollectionsMarshal.GetValueRefOrAddDefault(_underWay, neighbour, out _);
            if (own >= places - _count) return false;
            own++;
            _count++;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void End(DomainName neighbour)
    {
        lock (_lock)
        {
            ref int own = ref CollectionsMarshal.GetValueRefOrNullRef(_underWay, neighbour);
            _count--;
            if (--own == 0) _underWay.Remove(neighbour);
        }
    }
}
