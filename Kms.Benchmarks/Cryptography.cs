using BenchmarkDotNet.Attributes;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>What seals cost on this machine: every other figure is read against these.</summary>
[MemoryDiagnoser]
public class Cryptography
{
    private readonly byte[] _text = new byte[400];
    private readonly byte[] _signature = new byte[SigningKey.SignatureSize];
    private readonly byte[] _mac = new byte[PairwiseKey.MacSize];
    private readonly SigningKey _key = KeyImporter.Generate();
    private readonly SigningKey _other = KeyImporter.Generate();
    private readonly KeyImporter _importer = new(null);
    private VerificationKey? _verification;
    private PairwiseKey? _pairwise;

    [GlobalSetup]
    public void Setup()
    {
        _importer.TryImport(_key.PublicKey, out _verification, out _);
        _key.TryAgree(DomainName.Parse("a.xx"), DomainName.Parse("b.xx"), _other.PublicKey, sending: true, out _pairwise);
        _key.Sign(_text, _signature);
    }

    [Benchmark(Baseline = true)]
    public bool Verify() => _verification!.Verify(_text, _signature);

    [Benchmark]
    public void Sign() => _key.Sign(_text, _signature);

    [Benchmark]
    public void Mac() => _pairwise!.Authenticate(_text, _mac);

    [Benchmark]
    public bool Import()
    {
        bool imported = _importer.TryImport(_key.PublicKey, out VerificationKey? key, out _);
        key?.Dispose();
        return imported;
    }
}
