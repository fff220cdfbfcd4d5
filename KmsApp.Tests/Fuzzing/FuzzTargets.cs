namespace KmsApp.Tests.Fuzzing;

/// <summary>All targets: everything that reads bytes from outside.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new DnsTarget(), new TxtTarget(), new MessageTarget(), new ValueTarget(), new PublicKeyTarget(), new PrivateKeyTarget(), new KeyFileTarget(),
        new AppSettingsTarget(), new HostSettingsTarget(), new TsigKeyFileTarget(), new RowTarget(), new ResponseTarget(), new ReceptionTarget(), new TsigTarget(),
    ];

    public static FuzzTarget Find(string name) => All.Single(target => target.Name == name);
}
