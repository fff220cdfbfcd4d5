using System.Reflection;

namespace KmsApp.Tests;

/// <summary>The zip and the contracts against the assemblies of real servers, where some are at hand (TECHNITIUM_DIR, and TECHNITIUM_DIRS with several).</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class HostConformanceTests
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    public static IEnumerable<object[]> Servers => TechnitiumServer.Folders().Select(folder => new object[] { folder });

    public static IEnumerable<object[]> Contracts =>
        TechnitiumServer.Folders().SelectMany(folder => new object[][] { [folder, "DnsServerCore.ApplicationCommon"], [folder, "TechnitiumLibrary.Net"] });

    [TestMethod]
    [DynamicData(nameof(Servers))]
    public void App_EveryMemberOfTheHost_IsFoundInARealServer(string folder)
    {
        using var app = new InstalledApp();
        using var host = new RealHost(app, folder);

        string[] missing = [.. host.Unresolved()];

        Assert.IsEmpty(missing, string.Join(Environment.NewLine, missing));
        Assert.AreEqual("KmsApp.App", host.App.GetExportedTypes().Single().FullName, "An interface is not implemented in full.");
    }

    [TestMethod]
    [DynamicData(nameof(Contracts))]
    public void Contract_EveryPublicMember_IsTheRealServers(string folder, string name)
    {
        using var app = new InstalledApp();
        using var host = new RealHost(app, folder);
        Assembly contract = Assembly.Load(name);
        Assembly real = host.Host(name);

        Assert.IsLessThanOrEqualTo(real.GetName().Version!, contract.GetName().Version!, "A higher version than the host's does not load.");
        foreach (Type type in contract.GetExportedTypes())
        {
            string[] ours = Members(type);
            string[] theirs = Members(real.GetType(type.FullName!, throwOnError: true)!);

            string[] invented = [.. ours.Except(theirs)];
            Assert.IsEmpty(invented, $"{type}: {string.Join("; ", invented)}");
            if (type.IsInterface && type.Name is not "IDnsCache")
            {
                CollectionAssert.AreEquivalent(theirs, ours, type.FullName);
            }
        }
    }

    /// <summary>The shape of a type and of its members, inherited ones included, as text; an enum's with their values.</summary>
    private static string[] Members(Type type)
    {
        if (type.IsEnum)
        {
            return [$"enum : {Enum.GetUnderlyingType(type)}", .. Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), null)}")];
        }

        return
        [
            $"interface={type.IsInterface} sealed={type.IsSealed} abstract={type.IsAbstract}",
            .. type.GetInterfaces().Where(other => type.IsInterface).Select(other => other.ToString()),
            .. type.GetMembers(Public).Select(member => $"{member.MemberType} {member}"),
        ];
    }
}
