using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace KmsApp.Tests.Fuzzing;

/// <summary>
/// Which branches an input took, as the instrumented assemblies tell, in the manner of AFL: a counter for each pair of branches, of
/// which the order of magnitude counts. Where nothing is instrumented the map stays empty, and every input looks alike.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16;

    /// <summary>One for all runs, and never given back: a thread that a run has left behind may still write to it.</summary>
    private static readonly byte* Map = MakeMap();

    private readonly byte[] _seen = new byte[Size];

    /// <summary>How many pairs of branches have been seen.</summary>
    public int Pairs { get; private set; }

    /// <summary>Before an input is tried.</summary>
    public static void Begin()
    {
        new Span<byte>(Map, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>After an input was tried: whether it went where none has been, or oftener.</summary>
    public bool HasNews()
    {
        bool news = false;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(new ReadOnlySpan<byte>(Map, Size));
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] == 0) continue;
            for (int at = i * sizeof(ulong); at < (i + 1) * sizeof(ulong); at++)
            {
                if (Map[at] == 0) continue;
                byte magnitude = Magnitude(Map[at]);
                if ((_seen[at] & magnitude) != 0) continue;
                if (_seen[at] == 0) Pairs++;
                _seen[at] |= magnitude;
                news = true;
            }
        }
        return news;
    }

    private static byte Magnitude(byte count) => count switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };

    private static byte* MakeMap() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);
}
