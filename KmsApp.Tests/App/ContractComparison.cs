using System.Globalization;
using System.Reflection;

namespace KmsApp.Tests;

/// <summary>A contract beside the assembly whose part it declares. Each difference is a line.</summary>
internal static class ContractComparison
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>
    /// Compares every public type of a contract: what it declares must be there, and alike, with the values of constants and of default parameters,
    /// since the compiler writes those into the app.
    /// </summary>
    internal static IEnumerable<string> Differences(Assembly contract, Assembly real) =>
        contract.GetExportedTypes().SelectMany(type => real.GetType(type.FullName!) is { } there ? Differences(type, there) : [$"The type {type} is missing in the server."]);

    /// <summary>The same, for one type.</summary>
    internal static IEnumerable<string> Differences(Type ours, Type theirs)
    {
        Dictionary<string, string> there = Members(theirs);
        foreach ((string member, string value) in Members(ours))
        {
            if (!there.TryGetValue(member, out string? real)) yield return $"{ours}: {member} is missing in the server.";
            else if (real != value) yield return $"{ours}: {member} is {value} here, and {real} in the server.";
        }
    }

    /// <summary>Compares two whole interfaces: what an app implements may lack nothing that the server's has.</summary>
    internal static IEnumerable<string> DifferencesOfInterfaces(Type ours, Type theirs) =>
    [
        .. Differences(ours, theirs),
        .. Members(theirs).Keys.Except(Members(ours).Keys).Select(member => $"{ours}: {member} is missing in the contract."),
    ];

    /// <summary>A type's members, inherited ones included, and of each what must be equal beside its signature.</summary>
    private static Dictionary<string, string> Members(Type type)
    {
        Dictionary<string, string> members = new()
        {
            ["the kind of type"] = $"{(type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : "class")}"
                + $"{(type is { IsAbstract: true, IsInterface: false } ? ", abstract" : "")}{(type is { IsSealed: true, IsValueType: false } ? ", sealed" : "")}",
        };
        for (Type? parent = type.BaseType; parent is not null; parent = parent.BaseType) members[$"the base {SignatureText.Of(parent)}"] = "a base";
        if (type.IsInterface)
        {
            foreach (Type inherited in type.GetInterfaces()) members[$"the interface {SignatureText.Of(inherited)}"] = "inherited";
        }

        foreach (MemberInfo member in type.GetMembers(Public))
        {
            (string signature, string rest) = member switch
            {
                FieldInfo { IsLiteral: true } constant => ($"the constant {constant.Name}", Value(constant.GetRawConstantValue())),
                FieldInfo { IsStatic: false, IsSpecialName: true } value => ("the type of the values", SignatureText.Of(value)),
                FieldInfo field => ($"the field {(field.IsStatic ? "static " : "")}{SignatureText.Of(field)} {field.Name}", field.IsInitOnly ? "readonly" : "writable"),
                MethodBase method => (SignatureText.Of(method), Defaults(method)),
                PropertyInfo property => ($"the property {property.Name}", SignatureText.Of(property.PropertyType)), // its accessors are methods
                _ => ($"{member.MemberType} {member.Name}", ""),
            };
            members[signature] = rest;
        }

        return members;
    }

    private static string Defaults(MethodBase method)
    {
        string[] defaults = [.. method.GetParameters().Where(parameter => parameter.HasDefaultValue).Select(parameter => $"{parameter.Name} = {Value(parameter.RawDefaultValue)}")];
        return defaults.Length == 0 ? "without default values" : string.Join(", ", defaults);
    }

    private static string Value(object? value) => value is null ? "null" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
