package io.countersign.project;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;

/** Holds the arrows between the packages: a value flows one way. */
@AnalyzeClasses(packages = "io.countersign", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule everyPackageUsesOnlyWhatStandsBelowIt =
      Architectures.layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("signer")
          .definedBy("io.countersign.signer")
          .layer("config")
          .definedBy("io.countersign.config")
          .layer("catalog")
          .definedBy("io.countersign.catalog..")
          .layer("protocol")
          .definedBy("io.countersign.protocol")
          .layer("answer")
          .definedBy("io.countersign.answer")
          .layer("identity")
          .definedBy("io.countersign.identity")
          .layer("policy")
          .definedBy("io.countersign.policy")
          .layer("credentials")
          .definedBy("io.countersign.credentials")
          .layer("connector")
          .definedBy("io.countersign.connector")
          .layer("upstream")
          .definedBy("io.countersign.upstream")
          .layer("observe")
          .definedBy("io.countersign.observe")
          .layer("admin")
          .definedBy("io.countersign.admin")
          .layer("door")
          .definedBy("io.countersign.door")
          .layer("http")
          .definedBy("io.countersign.http")
          .layer("gateway")
          .definedBy("io.countersign.gateway")
          .layer("demo")
          .definedBy("io.countersign.demo")
          .layer("cli")
          .definedBy("io.countersign.cli")
          .layer("sandbox")
          .definedBy("io.countersign.sandbox")
          .withOptionalLayers(true)
          .whereLayer("signer")
          .mayNotAccessAnyLayer()
          .whereLayer("config")
          .mayNotAccessAnyLayer()
          .whereLayer("upstream")
          .mayNotAccessAnyLayer()
          .whereLayer("sandbox")
          .mayNotAccessAnyLayer()
          .whereLayer("catalog")
          .mayOnlyAccessLayers("config")
          .whereLayer("observe")
          .mayOnlyAccessLayers("config")
          .whereLayer("admin")
          .mayOnlyAccessLayers("config", "observe")
          .whereLayer("identity")
          .mayOnlyAccessLayers("config", "signer")
          .whereLayer("policy")
          .mayOnlyAccessLayers("config", "catalog")
          .whereLayer("protocol")
          .mayOnlyAccessLayers("signer", "config", "catalog")
          .whereLayer("credentials")
          .mayOnlyAccessLayers("config", "signer")
          .whereLayer("answer")
          .mayOnlyAccessLayers("catalog", "protocol")
          .whereLayer("connector")
          .mayOnlyAccessLayers("config", "catalog", "protocol", "answer")
          .whereLayer("door")
          .mayOnlyAccessLayers(
              "signer",
              "config",
              "catalog",
              "protocol",
              "answer",
              "identity",
              "policy",
              "credentials",
              "connector",
              "upstream",
              "observe")
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("gateway")
          .whereLayer("gateway")
          .mayOnlyBeAccessedByLayers("cli", "demo")
          .whereLayer("demo")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("sandbox")
          .mayOnlyBeAccessedByLayers("cli", "demo");

  @ArchTest
  static final ArchRule noTwoPackagesUseEachOther =
      slices().matching("io.countersign.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theSignerNeedsNothingButTheJdk =
      noClasses()
          .that()
          .resideInAPackage("io.countersign.signer..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "io.countersign.signer..", "java..", "javax.crypto..", "org.jspecify..");

  @ArchTest
  static final ArchRule theDoorsMoveNoBytes =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.countersign.door..",
              "io.countersign.policy..",
              "io.countersign.identity..",
              "io.countersign.catalog..",
              "io.countersign.protocol..",
              "io.countersign.answer..",
              "io.countersign.connector..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..");

  @ArchTest
  static final ArchRule noEventLoopWaitsForTheAwsSdk =
      noClasses()
          .that()
          .resideInAnyPackage("io.countersign.http..", "io.countersign.upstream..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("software.amazon.awssdk..");

  @ArchTest
  static final ArchRule nothingPrintsStackTracesOrEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.countersign.cli..", "io.countersign.sandbox..")
          .should()
          .callMethod(Throwable.class, "printStackTrace")
          .orShould()
          .callMethod(System.class, "exit", int.class);
}
