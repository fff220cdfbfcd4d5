using BenchmarkDotNet.Attributes;
using Kms.Protocol;
using Kms.Server;

namespace Kms.Benchmarks;

/// <summary>Reading messages, and telling that a text is none.</summary>
[MemoryDiagnoser]
public class Messages
{
    private readonly byte[] _ordinary = "v=spf1 include:_spf.example.org ~all"u8.ToArray();
    private ReadOnlyMemory<byte> _inquiry;

    [GlobalSetup]
    public void Setup()
    {
        using LoneKeyServer server = new(AuthenticationMode.Signature);
        _inquiry = server.Inquire(mac: false).Records[0].Text;
    }

    [Benchmark]
    public bool ReadInquiry() => MessageText.TryParse(_inquiry, out _, out _);

    [Benchmark]
    public bool ReadOrdinaryText() => MessageText.TryParse(_ordinary, out _, out _);
}
