using System.Reflection;
using System.Reflection.Emit;

namespace KmsApp.Tests;

/// <summary>What the comparison with a real server finds, shown with assemblies made to differ. No server is needed here.</summary>
[TestClass]
public sealed class ConformanceFaultTests : IDisposable
{
    private const string Nothing = "";
    private const string Common = "DnsServerCore.ApplicationCommon";

    private readonly InstalledApp _app = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("KmsApp.Conformance.").FullName;

    public void Dispose()
    {
        _app.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public void Differences_Alike_AreNone() => Assert.IsEmpty(Differences(Nothing));

    [TestMethod]
    [DataRow("enum value", "Sample.Code: the constant Refused is 5 here, and 6 in the server.")]
    [DataRow("enum type", "Sample.Code: the type of the values is System.Byte here, and System.UInt16 in the server.")]
    [DataRow("enum name", "Sample.Code: the constant Refused is missing in the server.")]
    [DataRow("constant", "Sample.Limits: the constant Most is 10 here, and 11 in the server.")]
    [DataRow("class", "The type Sample.Limits is missing in the server.")]
    [DataRow("sealed", "Sample.Limits: the kind of type is class here, and class, sealed in the server.")]
    [DataRow("member", "Sample.IThing: System.Void Log(System.String) is missing in the server.")]
    [DataRow("parameter", "Sample.IThing: System.Void Log(System.String) is missing in the server.")]
    [DataRow("default value", "Sample.IThing: System.Void Log(System.String) is text = a here, and text = b in the server.")]
    [DataRow("property", "Sample.IThing: the property Name is System.String here, and System.Object in the server.")]
    [DataRow("accessor", "Sample.IThing: System.Void set_Name(System.String) is missing in the contract.")]
    [DataRow("another member", "Sample.IThing: System.Void More() is missing in the contract.")]
    [DataRow("inherited", "Sample.IThing: the interface System.IDisposable is missing in the server.")]
    public void Differences_OneChange_IsNamed(string change, string expected) => CollectionAssert.Contains(Differences(change), expected);

    [TestMethod]
    public void Missing_AppAmongTheContracts_IsNothing()
    {
        using var host = new RealHost(_app, AppContext.BaseDirectory);
        using var references = new HostReferences(host);

        string[] missing = [.. references.Missing()];

        Assert.IsEmpty(missing, string.Join(Environment.NewLine, missing));
        Assert.IsGreaterThan(50, references.OfHost);
    }

    [TestMethod]
    public void Missing_ServerIsOlderAndLacksMembers_AreNamed()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "TechnitiumLibrary.Net.dll"), Path.Combine(_folder, "TechnitiumLibrary.Net.dll"));
        Emit(Common, new Version(9, 0, 0, 0), module =>
        {
            TypeBuilder server = Interface(module, $"{Common}.IDnsServer");
            Method(server, "WriteLog", [typeof(Exception)]);
            Method(server, "get_ApplicationFolder", [], typeof(object));
            server.CreateType();
        });
        using var host = new RealHost(_app, _folder);
        using var references = new HostReferences(host);

        string[] missing = [.. references.Missing()];

        foreach (string expected in (string[])
            [
                $"The assembly {Common} is asked for in version 10.0.0.0 or later, and is there in 9.0.0.0.",
                $"The type {Common}.IDnsQueryLogs is missing.",
                $"{Common}.IDnsServer: System.Void WriteLog(System.String) is missing.",
                $"{Common}.IDnsServer: System.String get_ApplicationFolder() is missing.",
            ])
        {
            CollectionAssert.Contains(missing, expected, string.Join(Environment.NewLine, missing));
        }

        CollectionAssert.DoesNotContain(missing, $"{Common}.IDnsServer: System.Void WriteLog(System.Exception) is missing.");
        Assert.IsFalse(missing.Any(line => line.Contains("TechnitiumLibrary.Net.Dns.DnsDatagram", StringComparison.Ordinal) && !line.Contains(Common, StringComparison.Ordinal)), string.Join(Environment.NewLine, missing));
    }

    [TestMethod]
    public void Missing_ServerWithoutAnAssembly_IsNamed()
    {
        using var host = new RealHost(_app, _folder);
        using var references = new HostReferences(host);

        CollectionAssert.IsSubsetOf(RealHost.Contracts.Select(name => $"The assembly {name} is missing.").ToArray(), references.Missing().ToArray());
    }

    /// <summary>What is found between a small contract and the same with one change; for its interface, as whole ones.</summary>
    private string[] Differences(string change)
    {
        string contract = Emit("Contract", new Version(1, 0, 0, 0), module => Fill(module, Nothing));
        string real = Emit("Real", new Version(1, 0, 0, 0), module => Fill(module, change));
        using var host = new RealHost(_app, _folder);
        (Assembly ours, Assembly theirs) = (host.Load(contract), host.Load(real));
        return [.. ContractComparison.Differences(ours, theirs), .. ContractComparison.DifferencesOfInterfaces(ours.GetType("Sample.IThing")!, theirs.GetType("Sample.IThing")!)];
    }

    private static void Fill(ModuleBuilder module, string change)
    {
        bool Is(string what) => change == what;

        EnumBuilder code = module.DefineEnum("Sample.Code", TypeAttributes.Public, Is("enum type") ? typeof(ushort) : typeof(byte));
        object Number(byte number) => Is("enum type") ? (ushort)number : number;
        code.DefineLiteral("None", Number(0));
        code.DefineLiteral(Is("enum name") ? "Denied" : "Refused", Number(Is("enum value") ? (byte)6 : (byte)5));
        code.CreateType();

        TypeBuilder limits = module.DefineType(Is("class") ? "Sample.Bounds" : "Sample.Limits", TypeAttributes.Public | (Is("sealed") ? TypeAttributes.Sealed : 0));
        limits.DefineField("Most", typeof(int), FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.Literal).SetConstant(Is("constant") ? 11 : 10);
        limits.CreateType();

        TypeBuilder thing = Interface(module, "Sample.IThing");
        if (!Is("inherited")) thing.AddInterfaceImplementation(typeof(IDisposable));
        if (!Is("member"))
        {
            MethodBuilder log = Method(thing, "Log", [Is("parameter") ? typeof(object) : typeof(string)]);
            log.DefineParameter(1, ParameterAttributes.Optional | ParameterAttributes.HasDefault, "text").SetConstant(Is("parameter") ? null : Is("default value") ? "b" : "a");
        }

        Type type = Is("property") ? typeof(object) : typeof(string);
        PropertyBuilder name = thing.DefineProperty("Name", PropertyAttributes.None, type, null);
        name.SetGetMethod(Method(thing, "get_Name", [], type));
        if (Is("accessor")) name.SetSetMethod(Method(thing, "set_Name", [type]));
        if (Is("another member")) Method(thing, "More", []);
        thing.CreateType();
    }

    private static TypeBuilder Interface(ModuleBuilder module, string name) =>
        module.DefineType(name, TypeAttributes.Public | TypeAttributes.Interface | TypeAttributes.Abstract);

    private static MethodBuilder Method(TypeBuilder type, string name, Type[] parameters, Type? result = null) => type.DefineMethod(
        name, MethodAttributes.Public | MethodAttributes.Abstract | MethodAttributes.Virtual | MethodAttributes.HideBySig | MethodAttributes.NewSlot, result ?? typeof(void), parameters);

    private string Emit(string name, Version version, Action<ModuleBuilder> fill)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        fill(assembly.DefineDynamicModule(name));
        assembly.Save(Path.Combine(_folder, name + ".dll"));
        return name;
    }
}
